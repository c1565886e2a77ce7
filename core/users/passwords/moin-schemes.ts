import { createHash } from 'node:crypto'
import { desCrypt } from './des-crypt.ts'
import { md5Crypt } from './md5-crypt.ts'
import { equalInTime } from './equal-in-time.ts'
import { shaCrypt } from './sha-crypt.ts'

/** True when the password fits one of the six forms a MoinMoin profile may hold. An unknown form fits nothing. */
export async function fitsMoinHash(stored: string, password: string): Promise<boolean> {
  const brace = stored.indexOf('}')
  if (stored[0] !== '{' || brace < 0) return false
  const hash = stored.slice(brace + 1).trim()
  switch (stored.slice(1, brace)) {
    case 'PASSLIB':
      return fitsModularHash(hash, password)
    case 'SSHA': {
      const bytes = Buffer.from(hash, 'base64') // skips the line breaks that long salts bring
      if (bytes.length < 20) return false
      return equalInTime(bytes.subarray(0, 20), sha1(password, bytes.subarray(20)))
    }
    case 'SHA':
      return equalInTime(Buffer.from(hash, 'base64'), sha1(password))
    case 'APR1':
    case 'MD5':
      return fitsModularHash(hash, password)
    case 'DES': {
      const made = desCrypt(password, hash)
      return made !== null && equalInTime(Buffer.from(hash), Buffer.from(made))
    }
    default:
      return false
  }
}

/** `$id$…`, the form crypt(3) and passlib share: md5, Apache's md5, sha256 and sha512. */
async function fitsModularHash(stored: string, password: string): Promise<boolean> {
  const md5 = /^(\$1\$|\$apr1\$)([^$]*)\$/.exec(stored)
  if (md5?.[1] && md5[2] !== undefined) {
    const magic = md5[1] === '$1$' ? '$1$' : '$apr1$'
    return equalInTime(Buffer.from(stored), Buffer.from(md5Crypt(password, md5[2], magic)))
  }
  const sha = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$]*)\$([./0-9A-Za-z]+)$/.exec(stored)
  if (!sha) return false
  const [, id, asked = '5000', salt = '', hash = ''] = sha
  const rounds = Math.max(Number(asked), 1000)
  if (rounds > MOST_ROUNDS) return false
  return equalInTime(Buffer.from(hash), Buffer.from(await shaCrypt(id === '5' ? 'sha256' : 'sha512', password, salt, rounds)))
}

/** More would keep a login busy for longer than anybody waits. */
const MOST_ROUNDS = 5_000_000

function sha1(password: string, salt: Uint8Array = Buffer.alloc(0)): Buffer {
  return createHash('sha1').update(password).update(salt).digest()
}
