import { arg, badMacroArgument, defineMacro, html } from 'servus'

/** `<<MailTo(john AT example DOT org, John)>>`: a link for those who are signed in, puzzling words for robots. */
export default defineMacro({
  description: 'A mail address that robots cannot read.',
  args: { email: arg.text(''), text: arg.text('') },
  dependencies: ['user'],
  execute: ({ request, name, page }, { email, text }) => {
    if (email === '') throw badMacroArgument(request.t('You need to give an (obfuscated) email address'), name, page.name)
    if (!request.user.valid) return html`${text === '' ? '' : `${text} `}<code>${`<${email}>`.replaceAll(' ', '\u00a0')}</code>`
    const address = readable(email)
    return html`<a class="mailto" href="mailto:${encodeURI(address)}">${text === '' ? address : text}</a>`
  },
})

const signs: ReadonlyMap<string, string> = new Map([
  ['AT', '@'],
  ['DOT', '.'],
  ['DASH', '-'],
])

/** `AT`, `DOT` and `DASH` are what they say; other words in capitals only are there to puzzle. */
function readable(email: string): string {
  const words = email.split(/\s+/).map((word) => signs.get(word) ?? (/^\p{Lu}+$/u.test(word) ? '' : word))
  return words.join('')
}
