# One short command for each habit.
.PHONY: test slow lint fix docs bench

test:  ## the default suite, under five minutes on two cores
	uv run pytest

slow:  ## the tests that take minutes
	uv run pytest -m slow

lint:  ## style, types, direction of imports, scripts
	uv run ruff check
	uv run ruff format --check
	uv run mypy
	uv run lint-imports
	.ci/lint-scripts

fix:  ## what can be mended by machine
	uv run ruff check --fix
	uv run ruff format

docs:  ## help texts in the README, the plugin guide's table
	uv run cog -r -I docs README.md docs/plugins.md dlvc_cli/api/keywords.py

bench:  ## speed beside the alternatives, in one run
	uv run python benchmarks/run.py
