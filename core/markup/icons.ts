/** Pictures of the theme: file below `img/`, what stands in their place in text, width and height. */
type Icon = readonly [file: string, alt: string, width: number, height: number]

const SMILEYS: Readonly<Record<string, string>> = {
  'X-(': 'angry',
  ':D': 'biggrin',
  '<:(': 'frown',
  ':o': 'redface',
  ':(': 'sad',
  ':)': 'smile',
  'B)': 'smile2',
  ':))': 'smile3',
  ';)': 'smile4',
  '/!\\': 'alert',
  '<!>': 'attention',
  '(!)': 'idea',
  ':-?': 'tongue',
  ':\\': 'ohwell',
  '>:>': 'devil',
  '|)': 'tired',
  ':-(': 'sad',
  ':-)': 'smile',
  'B-)': 'smile2',
  ':-))': 'smile3',
  ';-)': 'smile4',
  '|-)': 'tired',
  '(./)': 'checkmark',
  '{OK}': 'thumbs-up',
  '{X}': 'icon-error',
  '{i}': 'icon-info',
  '{*}': 'star_on',
  '{o}': 'star_off',
}
const PRIORITIES: Readonly<Record<string, string>> = { '{1}': 'prio1', '{2}': 'prio2', '{3}': 'prio3' }

const NAMED: Readonly<Record<string, Icon>> = {
  ...small('help', 'find', 'diff', 'edit', 'unsubscribe', 'subscribe', 'raw', 'xml', 'print', 'view', 'home', 'up'),
  ...small('info', 'rss', 'deleted', 'updated', 'renamed', 'conflict', 'new', 'bottom', 'top', 'www', 'news', 'telnet', 'ftp'),
  attach: ['moin-attach.png', '[ATTACH]', 16, 16],
  attachimg: ['attach.png', '[ATTACH]', 32, 32],
  diffrc: ['moin-diff.png', '[DIFF]', 16, 16],
  mailto: ['moin-email.png', '[MAILTO]', 16, 16],
  file: ['moin-ftp.png', '[FILE]', 16, 16],
  searchbutton: ['moin-search.png', '[?]', 16, 16],
  interwiki: ['moin-inter.png', '[InterWiki]', 16, 16],
}

/** Icons whose file and words follow their name. */
function small(...names: readonly string[]): Record<string, Icon> {
  return Object.fromEntries(names.map((name): [string, Icon] => [name, [`moin-${name}.png`, `[${name.toUpperCase()}]`, 16, 16]]))
}

/** The picture for a smiley as written, or for an icon's name; null when there is none. */
export function iconFor(name: string): Icon | null {
  if (Object.hasOwn(SMILEYS, name)) return [`${SMILEYS[name]}.png`, name, 16, 16]
  if (Object.hasOwn(PRIORITIES, name)) return [`${PRIORITIES[name]}.png`, name, 15, 13]
  if (Object.hasOwn(NAMED, name)) return NAMED[name] ?? null
  // Pages also name the file: `<<Icon(moin-info.png)>>`.
  return Object.values(NAMED).find(([file]) => file === name) ?? null
}

/** All smileys in the order of the help page. */
export function smileyNames(): readonly string[] {
  return [...Object.keys(SMILEYS), ...Object.keys(PRIORITIES)]
}
