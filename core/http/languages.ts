/** The first of the browser's languages (by its weights) that is offered; null when none is. `de-AT` finds `de`. */
export function chooseLanguage(accept: string | undefined, offered: readonly string[]): string | null {
  if (accept === undefined) return null
  let best: string | null = null
  let bestWeight = 0
  for (const item of accept.slice(0, 500).split(',')) {
    const [range = '', ...parameters] = item.trim().toLowerCase().split(';')
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined)
    const weight = quality === undefined ? 1 : Number(quality)
    if (!(weight > bestWeight)) continue
    const found =
      offered.find((language) => language.toLowerCase() === range) ?? offered.find((language) => language === range.split('-')[0])
    if (found !== undefined) {
      best = found
      bestWeight = weight
    }
  }
  return best
}

/** 'rtl' for languages written from right to left. */
export function textDirection(language: string): 'ltr' | 'rtl' {
  return rightToLeft.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr'
}

const rightToLeft = new Set(['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'])
