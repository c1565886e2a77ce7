import { type ActionCall, type ActionPage, badRequest, leaveMessage, type PluginView, type Reply, redirect } from 'servus'

export const signedIn = true
export const right = null

/** For superusers: what is loaded from where, how it is doing, and a switch for each. */
export async function execute(call: ActionCall): Promise<ActionPage | Reply> {
  const { request, page, wiki } = call
  // Refused to others before anything else.
  const plugins = await wiki.plugins.list()
  if (request.method === 'POST') {
    const [, way, kind = '', name = ''] = /^(on|off) ([^/]+)\/(.+)$/.exec(request.form.get('turn') ?? '') ?? []
    if (way !== 'on' && way !== 'off') throw badRequest('The form does not say which plugin is to be switched.')
    await wiki.plugins.turn(kind, name, way)
    const plugin = `${kind}/${name}`
    const text = way === 'on' ? request.t('{plugin} is on.', { plugin }) : request.t('{plugin} is off.', { plugin })
    leaveMessage(request.session, { kind: 'success', text })
    return redirect(page.url({ action: 'plugins' }))
  }
  const troubled = plugins.filter(({ state, faultCount }) => state !== 'on' || faultCount > 0)
  const added = plugins.filter((plugin) => !plugin.isBuiltIn && !troubled.includes(plugin))
  const groups = [
    { title: request.t('In trouble'), plugins: troubled, open: true },
    { title: request.t('Added to this wiki'), plugins: added, open: true },
    {
      title: request.t('Built-in'),
      plugins: plugins.filter((plugin) => plugin.isBuiltIn && !troubled.includes(plugin)),
      open: false,
    },
  ]
  return {
    title: request.t('Plugins'),
    template: 'plugins',
    model: {
      formAction: page.url({ action: 'plugins' }),
      settings: page.url({ action: 'pluginsettings' }),
      groups: groups
        .filter((group) => group.plugins.length > 0)
        .map(({ title, plugins: shown, open }) => ({
          title,
          open,
          count: shown.length,
          plugins: shown.map((one) => row(call, one)),
        })),
    },
    headers: { 'cache-control': 'no-store' },
  }
}

function row({ request, wiki }: ActionCall, plugin: PluginView) {
  const states: Readonly<Record<PluginView['state'], string>> = {
    on: request.t('on'),
    off: request.t('off'),
    resting: request.t('resting'),
    denied: request.t('not allowed'),
    'too-new': request.t('for another host'),
    broken: request.t('broken'),
  }
  const isOff = plugin.state === 'off' || plugin.state === 'resting'
  return {
    ...plugin,
    id: `${plugin.kind}/${plugin.name}`,
    stateWords: states[plugin.state],
    isWell: plugin.state === 'on',
    way: plugin.canSwitch && (isOff || plugin.state === 'on') ? (isOff ? 'on' : 'off') : '',
    wayWords: isOff ? request.t('Switch on') : request.t('Switch off'),
    mean: milliseconds(plugin.meanMs),
    p99: milliseconds(plugin.p99Ms),
    faults: plugin.faults.map((fault) => ({ ...fault, time: wiki.formatDateTime(fault.last), iso: fault.last.toISOString() })),
  }
}

function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : String(Math.round(ms))
}
