#!/usr/bin/env bash
# All figures and images of README.md. Give the folder of the course's images to have its own
# surfaces measured too: ./study.sh ../../../shared/data/surfaces
set -euo pipefail
cd "$(dirname "$0")"
command -v dlvc >/dev/null || dlvc() { uv run dlvc "$@"; }

surfaces=(beale madsen schaffer)
if [ $# -gt 0 ]; then
  surfaces+=("$1/beale.png" "$1/madsen.png" "$1/schaffern4.png")
fi

for surface in "${surfaces[@]}"; do
  echo "== $surface"
  dlvc gd "$surface" --quiet --random-starts 1000 --sweep lr=1,5,10,20,50,100,1000
  dlvc gd "$surface" --quiet --random-starts 1000 --sweep beta=0,0.5,0.9
  dlvc gd "$surface" --quiet --random-starts 1000 --optimizer gd,momentum,nesterov,adam
  dlvc gd "$surface" --quiet --random-starts 1000 --beta 0.9 --sweep eps=1,5,20,50
done
dlvc gd schaffer --quiet --random-starts 1000 --sweep eps=1,5,20,50
dlvc gd quadratic --quiet --lr 100000 --stop 1e-8 --optimizer gd,momentum,nesterov

dlvc gd madsen --quiet --sweep lr=1,10,100 --out rates.png
dlvc gd beale --quiet --optimizer gd,momentum,nesterov --out momentum.png
dlvc gd schaffer --quiet --sweep eps=1,5,20 --out eps.png
dlvc gd schaffer --quiet --nesterov --out stuck.png
dlvc gd schaffer --quiet --basins 400 --out basins.png
dlvc gd schaffer:form=textbook --quiet --domain=-5,5 --nesterov --basins 100 --out textbook.png
if [ $# -gt 0 ]; then
  dlvc gd "$1/schaffern4.png" --quiet --random-starts 1000 --sweep eps=1,5,20,50
  dlvc gd "$1/schaffern4.png" --quiet --basins 400
fi
dlvc show schaffer
