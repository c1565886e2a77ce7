import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendToLog, formatLogLine, parseLogLine } from '../../core/pages/edit-log.ts'
import { readLogBackwards, readLogFrom } from '../../core/pages/read-log.ts'
import { temporaryFolder } from './data-folder.ts'

const author = { userId: '1795234315.85.58883', address: '127.0.0.1', host: '127.0.0.1' }
const line = {
  time: new Date(1795234318984),
  revision: 2,
  action: 'SAVE/RENAME',
  page: 'New Name (v2)',
  author,
  extra: 'OldName',
  comment: 'renamed',
}

describe('a line of the edit-log', () => {
  it('has the nine fields of MoinMoin', () => {
    expect(formatLogLine(line)).toBe(
      '1795234318984000\t00000002\tSAVE/RENAME\tNew(20)Name(2028)v2(29)\t127.0.0.1\t127.0.0.1\t1795234315.85.58883\tOldName\trenamed\n',
    )
  })

  it('quotes names of attachments as an address does', () => {
    const attached = { ...line, action: 'ATTNEW', extra: 'hällo wörld_.txt' }
    expect(formatLogLine(attached)).toContain('\th%C3%A4llo%20w%C3%B6rld_.txt\t')
    expect(parseLogLine(formatLogLine(attached).trimEnd())?.extra).toBe('hällo wörld_.txt')
  })

  it('may lack its last fields', () => {
    expect(parseLogLine('1795234318984779\t00000002\tSAVE\tPage\t10.0.0.1')).toEqual({
      time: new Date(1795234318984),
      revision: 2,
      action: 'SAVE',
      page: 'Page',
      author: { address: '10.0.0.1', host: '10.0.0.1', userId: '' },
      extra: '',
      comment: '',
    })
  })

  it.each(['', 'x', '12\t', '1795234318984779\tx\tSAVE\tPage', '17952343\t00000001\tSAVE\ta(202)'])(
    'means nothing as %j',
    (text) => {
      expect(parseLogLine(text)).toBeNull()
    },
  )

  it('cannot be broken by what people write', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (comment, host) => {
        const text = formatLogLine({ ...line, comment, author: { ...author, host } })
        expect(text.split('\t')).toHaveLength(9)
        expect(text.split('\n')).toHaveLength(2)
      }),
    )
  })
})

describe('reading a log backwards', () => {
  it('finds every line once, wherever the blocks end', async () => {
    const file = join(temporaryFolder(), 'edit-log')
    const pages = Array.from({ length: 40 }, (_, at) => `Ünï ${'x'.repeat(at % 7)}${at}`)
    writeFileSync(file, pages.map((page) => formatLogLine({ ...line, page })).join(''))
    for (const blockSize of [1, 7, 64, 100, 101, 4096, 1 << 20]) {
      const found: string[] = []
      for await (const { page } of readLogBackwards(file, blockSize)) found.push(page)
      expect(found).toEqual([...pages].reverse())
    }
  })

  it('passes over what a crash has torn, and the next line is whole', async () => {
    const file = join(temporaryFolder(), 'edit-log')
    await appendToLog(file, formatLogLine({ ...line, page: 'One' }))
    appendFileSync(file, '1795234318\t0000')
    await appendToLog(file, formatLogLine({ ...line, page: 'Two' }))
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4)
    const found: string[] = []
    for await (const { page } of readLogBackwards(file)) found.push(page)
    expect(found).toEqual(['Two', 'One'])
  })

  it('has no lines where there is no log', async () => {
    const file = join(temporaryFolder(), 'edit-log')
    for await (const found of readLogBackwards(file)) expect(found).toBeUndefined()
    expect(await readLogFrom(file, 0)).toEqual([])
    expect(await readLogFrom(file, 10)).toBeNull()
  })
})
