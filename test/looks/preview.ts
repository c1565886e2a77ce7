import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import Handlebars from 'handlebars'
import type { LayoutModel } from '../../core/api/theme.ts'
import { type Sample, samples } from './samples.ts'

/**
 * Shows every template of the default theme with the sample models, without a wiki behind it:
 * `node --import tsx test/looks/preview.ts` serves them, `… preview.ts DIR` takes a picture of each into DIR.
 */

const themeFolder = fileURLToPath(new URL('../../plugins/themes/default/', import.meta.url))

/** The document of a sample. Colour schemes are chosen as on a reader's account; '' leaves it to the browser. */
export async function renderSample(sample: Sample, colorScheme: '' | 'light' | 'dark' = ''): Promise<string> {
  const handlebars = Handlebars.create()
  handlebars.registerHelper('t', (text: string, options: Handlebars.HelperOptions) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(options.hash[name] ?? '')),
  )
  handlebars.registerHelper('ticket', () => new Handlebars.SafeString('<input type="hidden" name="ticket" value="sample">'))
  handlebars.registerHelper({
    eq: (a: unknown, b: unknown) => a === b,
    or: (...values: unknown[]) => values.slice(0, -1).find(Boolean),
    and: (...values: unknown[]) => values.slice(0, -1).every(Boolean),
  })
  const template = async (name: string) =>
    handlebars.compile(await readFile(join(themeFolder, `${name}.hbs`), 'utf8'), { strict: false })
  const content = (await template(sample.template))(sample.model)
  return (await template('layout'))(layoutModel(sample, content, colorScheme))
}

function layoutModel(sample: Sample, content: string, colorScheme: string): LayoutModel {
  const pageName = sample.pageName ?? 'Tidewater'
  const parts = pageName.split('/')
  const rtl = sample.direction === 'rtl'
  return {
    language: rtl ? 'ar' : 'en',
    direction: sample.direction ?? 'ltr',
    sitename: 'Tidewater Wiki',
    title: sample.title,
    robots: 'noindex',
    frontPage: { text: 'FrontPage', href: '/' },
    pageName,
    mayWrite: true,
    pageParts: pageName === '' ? [] : parts.map((text, i) => ({ text, href: `/${parts.slice(0, i + 1).join('/')}` })),
    pageExists: true,
    action: sample.action,
    isPageView: sample.isPageView ?? false,
    bare: sample.bare ?? false,
    stylesheets: ['/static/servus.css'],
    scripts: ['/static/servus.js'],
    colorScheme,
    navigation: ['FrontPage', 'RecentChanges', 'FindPage', 'HelpContents'].map((text, i) => ({
      text,
      href: `/${text}`,
      current: i === 0,
    })),
    quickLinks: sample.anonymous ? [] : [{ text: 'Ines/Notes', href: '/Ines/Notes' }],
    trail: sample.anonymous
      ? []
      : ['OpeningHours', 'Sluice', 'Tide/Tables', 'Tidewater'].map((text) => ({ text, href: `/${text}` })),
    search: { action: '/', value: '' },
    user: sample.anonymous
      ? {
          valid: false,
          name: '',
          home: null,
          preferences: '',
          login: '#login',
          register: '#register',
          logout: null,
          isSuperUser: false,
          sessions: '#sessions',
          identities: null,
          behind: '',
          plugins: null,
          switchUser: null,
        }
      : {
          valid: true,
          name: 'Ines',
          home: { text: 'Ines', href: '/Ines' },
          preferences: '#prefs',
          login: '',
          register: null,
          logout: { action: '#logout', ticket: 'sample' },
          isSuperUser: false,
          sessions: '#sessions',
          identities: null,
          behind: '',
          plugins: null,
          switchUser: null,
        },
    tabs:
      pageName === ''
        ? []
        : ['Page', 'Edit', 'History', 'Attachments'].map((text, i) => ({
            text,
            href: `#${text}`,
            current: i === (sample.isPageView ? 0 : sample.action === 'edit' ? 1 : 2),
          })),
    menu: ['Raw text', 'Print view', 'Rename', 'Delete', 'What links here'].map((text) => ({ text, href: `#${text}` })),
    messages: (sample.messages ?? []) as LayoutModel['messages'],
    lastEdit: sample.isPageView
      ? { author: 'Ines', authorHref: '/Ines', time: '2026-11-20 14:02', iso: '2026-11-20T14:02:00Z' }
      : null,
    pageHeader: '',
    pageFooter: '',
    content,
  }
}

/** Serves `/NAME` and `/NAME?dark`, with the content security policy that the wiki sends. Port 0 takes a free one. */
export async function servePreview(port = 0): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    answer(new URL(request.url ?? '/', 'http://localhost')).then(
      ({ type, body }) => response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body),
      (problem) => response.writeHead(500, { 'content-type': 'text/plain' }).end(String(problem?.stack ?? problem)),
    )
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return { server, origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}` }
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; form-action 'self'"

async function answer(url: URL): Promise<{ type: string; body: string | Uint8Array }> {
  const name = decodeURIComponent(url.pathname.slice(1))
  if (name.startsWith('static/')) {
    const file = name.slice('static/'.length)
    if (!(await readdir(join(themeFolder, 'static'))).includes(file)) throw new Error(`no file ${file}`)
    const type = file.endsWith('.css') ? 'text/css' : file.endsWith('.js') ? 'text/javascript' : 'image/svg+xml'
    return { type, body: await readFile(join(themeFolder, 'static', file)) }
  }
  const sample = samples[name]
  if (sample !== undefined)
    return { type: 'text/html; charset=utf-8', body: await renderSample(sample, url.searchParams.has('dark') ? 'dark' : '') }
  return {
    type: 'text/html; charset=utf-8',
    body: Object.keys(samples)
      .map((key) => `<p><a href="/${key}">${key}</a> <a href="/${key}?dark">dark</a>`)
      .join(''),
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2]
  const { server, origin } = await servePreview(folder === undefined ? 8099 : 0)
  if (folder === undefined) console.log(origin)
  else {
    const { openBrowser } = await import('./browser.ts')
    const browser = await openBrowser()
    if (browser === null) process.exit(1)
    await mkdir(folder, { recursive: true })
    const wanted = process.argv.slice(3)
    for (const name of Object.keys(samples)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      for (const [width, scheme] of [
        [1280, 'light'],
        [1280, 'dark'],
        [390, 'light'],
        [390, 'dark'],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: width === 390 ? 800 : 860 }, colorScheme: scheme })
        await page.goto(`${origin}/${name}`)
        await writeFile(join(folder, `${name}-${width}-${scheme}.png`), await page.screenshot({ fullPage: true }))
        await page.close()
      }
    }
    await browser.close()
    server.close()
  }
}
