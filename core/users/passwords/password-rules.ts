import { type WikiError, weakPassword } from '../../api/errors.ts'
import { longestPassword } from './password-hasher.ts'

/** What is wrong with a new password, or null. A wiki may bring its own in place of `passwordProblem`, or none. */
export type PasswordRules = (name: string, password: string) => WikiError | null

/** The rules of a wiki that brings none: long enough, not monotonous, not the name, no row of keys, not one of the commonest. */
export function passwordProblem(name: string, password: string): WikiError | null {
  const typed = password.toLowerCase()
  const called = name.toLowerCase()
  if ([...password].length < 8) return weakPassword('it needs at least 8 characters')
  if (password.length > longestPassword) return weakPassword(`it is longer than ${longestPassword} characters`)
  if (new Set(typed).size < 4) return weakPassword('it needs at least 4 different characters')
  if (called.length > 2 && typed.includes(called)) return weakPassword('it contains your name')
  if (called.includes(typed)) return weakPassword('it is a part of your name')
  if (isKeyboardRun(typed)) return weakPassword('it is a row of keys on the keyboard')
  if (commonest.has(typed) || commonest.has(typed.replace(/[\d\W_]+$/, '')))
    return weakPassword('it is one of the first that everybody tries')
  return null
}

/** Rows of keys, read in either direction, repeated or with one row after the other. */
function isKeyboardRun(typed: string): boolean {
  let rest = typed
  while (rest !== '') {
    const run = longestRun(rest)
    // A run of three letters may be a part of a word.
    if (run < 4 && run < rest.length) return false
    rest = rest.slice(run)
  }
  return true
}

function longestRun(text: string): number {
  let longest = 1
  for (const row of ROWS) {
    let at = row.indexOf(text[0] ?? '')
    for (; at >= 0; at = row.indexOf(text[0] ?? '', at + 1)) {
      let length = 1
      while (length < text.length && row[at + length] === text[length]) length++
      longest = Math.max(longest, length)
    }
  }
  return longest
}

const KEYBOARDS = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiopü',
  'asdfghjklöä',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '!@#$%^&*()',
  '!"§$%&/()=',
]
const ROWS = KEYBOARDS.flatMap((row) => [row, [...row].reverse().join('')])

/** Words that open the lists of those who guess; digits and signs behind them do not help. */
const commonest = new Set(
  (
    'password passwort passw0rd p@ssword p@ssw0rd pass1234 password1 letmein welcome welcome1 iloveyou sunshine princess football ' +
    'baseball superman batman dragon monkey shadow master michael jennifer jordan charlie trustno1 starwars whatever freedom computer ' +
    'internet administrator adminadmin admin123 root1234 changeme changeit default secret123 geheim123 hallo123 hello123 hellohello ' +
    'qwerty123 qwertz123 q1w2e3r4 q1w2e3r4t5 1q2w3e4r 1q2w3e4r5t zaq12wsx abc12345 abcd1234 a1b2c3d4 aa123456 11223344 12341234 ' +
    '123123123 121212121 147258369 987654321 12345678 123456789 1234567890 00000000 11111111 88888888 correcthorsebatterystaple ' +
    'access14 mustang corvette liverpool chelsea arsenal barcelona schatz sommer winter fussball motdepasse bonjour azerty123 ' +
    'moinmoin wikiwiki testtest test1234 user1234 guest123 google facebook pokemon minecraft naruto blink182 ashley samantha'
  ).split(' '),
)
