// The page's state in its address, so that it can be shared and bookmarked: after a #, pieces
// `key=text` with & between. What is as the page opens is left out.

const WRITE_AFTER = 400;

export class Address {
  /** say: what is called with the sentences about an address that was read, [] where it is right. */
  constructor(say) {
    Object.assign(this, { say, pieces: new Map() });
  }

  /**
   * Add a piece of state. tell(): its text, or null where it is as the page opens. take(text): make it
   * so; take(null): as the page opens. Where a text is wrong, take changes nothing and throws an
   * Error whose message is a sentence.
   */
  register(key, tell, take) {
    this.pieces.set(key, { tell, take });
  }

  get text() {
    const told = [...this.pieces].map(([key, { tell }]) => [key, tell()]);
    return told.filter(([, text]) => text !== null)
      .map(([key, text]) => `${encodePiece(key)}=${encodePiece(text)}`).join("&");
  }

  /** Bring the page to what its address says, now and whenever that changes. */
  open() {
    // Not location.hash: the page may have written its own address since the event was made.
    addEventListener("hashchange", ({ newURL }) => this.read(new URL(newURL).hash.slice(1)));
    if (location.hash.length > 1) this.read(location.hash.slice(1));
  }

  read(text) {
    if (text === this.written) return;
    this.written = text;
    const { found, sentences } = parseAddress(text, this.pieces);
    for (const [key, { take }] of this.pieces) {
      try {
        take(found.get(key) ?? null);
      } catch (error) {
        take(null);
        sentences.push(error.message);
      }
    }
    this.say(sentences);
  }

  /** To be called whenever something may have changed: writes the address, not too often. */
  changed() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.write();
    }, WRITE_AFTER);
  }

  write() {
    const { text } = this;
    if (text === (this.written ?? "")) return;
    this.written = text;
    try {
      // An address of nothing but # would do as well, but not look as well.
      history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
    } catch {
      // A frame may forbid it; the page works all the same.
    }
  }
}

/** The texts of an address by key, and sentences about what is no piece. */
function parseAddress(text, pieces) {
  const found = new Map(), sentences = [];
  for (const part of text.split("&").filter(Boolean)) {
    const [name, ...rest] = part.split("=");
    const key = decodePiece(name);
    if (pieces.has(key) && rest.length) found.set(key, decodePiece(rest.join("=")));
    else sentences.push(`The address says “${decodePiece(part)}”, which this page does not know.`);
  }
  return { found, sentences };
}

/** As encodeURIComponent, but what may stand in an address stays readable. */
function encodePiece(text) {
  return encodeURIComponent(text).replace(/%(2C|3A|40|2F|3D|3B|2B)/g, decodeURIComponent);
}

function decodePiece(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a text says yes; null says no, anything else is an Error. */
export function isYes(key, text) {
  if (text !== null && text !== "yes") throw new Error(`${key} in the address takes yes, not “${text}”.`);
  return text === "yes";
}

/** Numbers with commas between, `count` of them; else an Error that begins with `what`. */
export function numbersOf(text, count, what) {
  const numbers = text.split(",").map((word) => (word.trim() ? Number(word) : NaN));
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers;
  const words = count === 1 ? "a number" : `${count} numbers with commas between`;
  throw new Error(`${what} in the address takes ${words}, not “${text}”.`);
}
