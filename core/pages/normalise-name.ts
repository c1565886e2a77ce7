import { toUSVString } from 'node:util'

/**
 * The page name meant by a requested one: `//a// b /c/` is `a/b/c`. Control characters and marks that turn the reading
 * direction are dropped, white space collapses, blank parts vanish. '' when nothing is left.
 * A part that looks like a group keeps only letters, digits and spaces, so that no group can pass for another.
 */
export function normaliseName(requested: string, group: RegExp = DEFAULT_GROUP): string {
  return toUSVString(requested)
    .replace(DROPPED, '')
    .normalize('NFC')
    .split('/')
    .map((part) => {
      const tidy = collapse(part)
      // Longer ones are refused wherever a page is asked for: none need be shown to an expression that may look at each letter again.
      return tidy.length <= LONGEST_PART && group.test(tidy) ? collapse(tidy.replace(NOT_IN_GROUP_NAMES, '')) : tidy
    })
    .filter((part) => part !== '')
    .join('/')
}

/**
 * The name a link on page `current` means: `/Sub` lies below it, `../Other` beside it (more of `../` climb further, and stop at
 * the top); everything else is a full name. Not normalised.
 */
export function resolveName(current: string, target: string): string {
  if (target.startsWith('/')) return join(current, target.slice(1))
  let place = current
  let rest = target
  while (rest === '..' || rest.startsWith('../')) {
    place = place.slice(0, Math.max(0, place.lastIndexOf('/')))
    rest = rest.slice(3)
  }
  return rest === target ? target : join(place, rest)
}

/** Letters: no file can be called by more. */
const LONGEST_PART = 1000
/** MoinMoin's pattern of group pages. */
const DEFAULT_GROUP = /^\S+Group$/u
// White space is not among them: it separates words. Bidi controls are those that MoinMoin drops, and the later isolates.
const DROPPED = /[\u0000-\u0008\u000e-\u001b\u007f\u202a-\u202e\u2066-\u2069]/g
const NOT_IN_GROUP_NAMES = /[^\p{L}\p{N} ]/gu

function collapse(part: string): string {
  return part.replace(/[\s\u001c-\u001f\u0085]+/g, ' ').trim()
}

function join(place: string, rest: string): string {
  if (rest === '') return place
  return place === '' ? rest : `${place}/${rest}`
}
