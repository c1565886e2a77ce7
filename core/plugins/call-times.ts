/** How long calls took: their number, their mean, and what 99 of 100 stayed below. Of fixed size however many there were. */
export class CallTimes {
  readonly #buckets = new Uint32Array(buckets)
  #count = 0
  #sum = 0

  get count(): number {
    return this.#count
  }
  /** Milliseconds, all together. */
  get sum(): number {
    return this.#sum
  }
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  add(ms: number): void {
    this.#count++
    this.#sum += ms
    const bucket = bucketOf(ms)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
  }

  /** Milliseconds that this part of the calls stayed below, an eighth too much at most. */
  quantile(part: number): number {
    let left = Math.ceil(this.#count * part)
    if (left === 0) return 0
    for (const [bucket, count] of this.#buckets.entries()) {
      left -= count
      if (left <= 0) return upperEnd(bucket)
    }
    return upperEnd(buckets - 1)
  }

  /** How many calls took at most so many milliseconds, nearly: a bucket counts when all of it lies below. */
  countBelow(ms: number): number {
    let count = 0
    for (const [bucket, ofBucket] of this.#buckets.entries()) if (upperEnd(bucket) <= ms * 1.001) count += ofBucket
    return count
  }
}

/** Eight buckets for each power of two, in microseconds; the last ones begin at half an hour. */
const buckets = 8 * 31
const finest = 8

function bucketOf(ms: number): number {
  const us = Math.max(1, Math.min(ms * 1000, 2 ** 31 - 1)) | 0
  const power = 31 - Math.clz32(us)
  const eighth = power < 3 ? (us << (3 - power)) & 7 : (us >>> (power - 3)) & 7
  return power * finest + eighth
}

function upperEnd(bucket: number): number {
  const power = Math.floor(bucket / finest)
  return (2 ** power * (1 + ((bucket % finest) + 1) / finest)) / 1000
}
