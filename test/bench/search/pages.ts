import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quoteName } from '../../../core/pages/quote-name.ts'

/** Words that are on one page of a hundred each. */
export const rareWords: readonly string[] = Array.from({ length: 100 }, (_, at) => `rare${word(at + 7)}${word(at * 31 + 3)}`)

/** Writes pages of some five kilobytes, in MoinMoin's layout, always the same ones. */
export function writePages(dataDir: string, count: number): void {
  const random = generator(42)
  for (let at = 0; at < count; at++) {
    const folder = join(dataDir, 'pages', quoteName(nameOf(at)))
    mkdirSync(join(folder, 'revisions'), { recursive: true })
    writeFileSync(join(folder, 'current'), '00000001\n')
    writeFileSync(join(folder, 'revisions', '00000001'), textOf(at, random))
  }
}

export const nameOf = (at: number): string => `${capital(word(at))}${capital(word(at * 7 + 1))}/${at}`

export function textOf(at: number, random: () => number): string {
  let text = `= ${nameOf(at)} =\r\n${rareWords[at % 100]} is here.\r\n`
  while (text.length < 5000) {
    const line: string[] = []
    for (let i = 0; i < 12; i++) {
      // As in any language: few words are on every page, most are rare.
      const spoken = word(Math.floor(30_000 * random() ** 3))
      line.push(
        i % 7 === 3 ? `'''${spoken}'''` : i % 11 === 5 ? `[[${nameOf(Math.floor(random() * 10_000))}|${spoken}]]` : spoken,
      )
    }
    text += `${line.join(' ')}.${random() < 0.2 ? '\r\n\r\n' : '\r\n'}`
  }
  return text
}

/** The nth word of a language of some hundred thousand. */
function word(n: number): string {
  const syllables = [
    'ba',
    'de',
    'fi',
    'go',
    'hu',
    'ka',
    'le',
    'mi',
    'no',
    'pu',
    'ra',
    'se',
    'ti',
    'vo',
    'wu',
    'xa',
    'ye',
    'zi',
    'bor',
    'den',
    'fil',
    'gan',
  ]
  let made = ''
  for (let rest = n + 22; rest > 0; rest = Math.floor(rest / 22)) made += syllables[rest % 22]
  return made
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
