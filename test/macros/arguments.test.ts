import { arg, bindArguments, splitArguments } from 'servus'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const split = (text: string) => {
  const { positional, named, trailing } = splitArguments(text)
  return [positional, Object.fromEntries(named), trailing]
}

describe('splitting what stands between the brackets', () => {
  it.each([
    ['d = 4,c=3', [], { d: '4', c: '3' }, []],
    [' a , b ', ['a', 'b'], {}, []],
    ['"  a  "', ['  a  '], {}, []],
    [',,', [null, null, null], {}, []],
    [',"",', [null, '', null], {}, []],
    ['=7', [], { '': '7' }, []],
    ['d = , e = ""', [], { d: null, e: '' }, []],
    ['1,2,a=b,3,4', ['1', '2'], { a: 'b' }, ['3', '4']],
    ['d = """d"""', [], { d: '"d"' }, []],
    ['d==4,=3', [], { d: '=4', '': '3' }, []],
    ['quote " :), b', ['quote " :)', 'b'], {}, []],
    ['a=1=2', [], { a: '1=2' }, []],
    ["'a, b'", ["'a", "b'"], {}, []],
    ['"a, b", c', ['a, b', 'c'], {}, []],
    ['"my name" = x', [], { 'my name': 'x' }, []],
    ['"never ends, b', ['"never ends', 'b'], {}, []],
    ['', [], {}, []],
  ])('reads %j', (text, positional, named, trailing) => {
    expect(split(text)).toEqual([positional, named, trailing])
  })

  it('takes time in proportion to the text, whatever it is', () => {
    for (const unit of ['"', '",', '"a', '""",x', '=', ',', ' "', '"x,"']) {
      const began = performance.now()
      splitArguments(unit.repeat(200_000 / unit.length))
      expect(performance.now() - began, unit).toBeLessThan(1500)
    }
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void splitArguments(text)))
  })
})

describe('binding arguments', () => {
  const declared = { n: arg.int(7), b: arg.bool(false), s: arg.text('x'), c: arg.choice(['one', 'two']) }
  const bind = (text: string) => bindArguments(text, declared).values

  it('fills from left to right, then by name, and keeps defaults', () => {
    expect(bind('3, yes')).toEqual({ n: 3, b: true, s: 'x', c: 'one' })
    expect(bind('c=two, s = "a, b"')).toEqual({ n: 7, b: false, s: 'a, b', c: 'two' })
    expect(bind('')).toEqual({ n: 7, b: false, s: 'x', c: 'one' })
  })

  it('takes an empty value for a missing one, and "" for the empty text', () => {
    expect(bind(',,').s).toBe('x')
    expect(bind('s=').s).toBe('x')
    expect(bind('s=""').s).toBe('')
    expect(bind('n=').n).toBe(7)
  })

  it.each([
    ['n=x', 'Argument "{name}" must be an integer value, not "{value}"'],
    ['b=maybe', 'Argument "{name}" must be a boolean value, not "{value}"'],
    ['c=three', 'Argument "{name}" must be one of "{choices}", not "{value}"'],
    ['1,1,1,one,5', 'Too many arguments'],
    ['n=1,5', 'Cannot have arguments without name following named arguments'],
    ['q=1', 'No argument named "{name}"'],
    ['n=1,n=2', 'Argument "{name}" is given twice'],
    ['1,n=2', 'Argument "{name}" is given twice'],
    ['n=""', 'Argument "{name}" must be an integer value, not "{value}"'],
    ['__proto__=1', 'No argument named "{name}"'],
  ])('refuses %j', (text, sentence) => {
    expect(() => bind(text)).toThrow(sentence)
  })

  it('insists on what is required', () => {
    const { values } = bindArguments('v', { need: arg.required(arg.text()) })
    expect(values.need satisfies string).toBe('v')
    expect(() => bindArguments('', { need: arg.required(arg.text()) })).toThrow('is required')
  })

  it('reads measures, the longest unit first', () => {
    const units = { m: arg.measure(['in', 'min', 'px'], { unit: 'px' }) }
    expect(bindArguments('3min', units).values.m).toEqual({ value: 3, unit: 'min' })
    expect(bindArguments('4', units).values.m).toEqual({ value: 4, unit: 'px' })
    expect(bindArguments('', units).values.m).toBeNull()
    expect(() => bindArguments('3em', units)).toThrow('Invalid unit in value')
    expect(() => bindArguments('4', { m: arg.measure(['in']) })).toThrow('Invalid unit')
  })

  it('keeps more values in their order for macros that take them', () => {
    const { further } = bindArguments('1, a, b, x=2, c', { n: arg.int(0) }, { positional: true, named: true })
    expect(further).toEqual({ positional: ['a', 'b', 'c'], named: new Map([['x', '2']]) })
  })

  it('reads numbers as people write them', () => {
    const float = (text: string) => bindArguments(text, { f: arg.float(0) }).values.f
    expect([float('1.5'), float('-2'), float('1e3'), float('.5')]).toEqual([1.5, -2, 1000, 0.5])
    for (const text of ['1,5x', 'e', '1e999', '0x10', 'NaN']) expect(() => float(text), text).toThrow()
  })
})
