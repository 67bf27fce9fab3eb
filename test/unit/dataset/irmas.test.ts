import { describe, expect, test } from 'vitest';
import { classOf, parseIrmasName } from '../../../main/engine/dataset/irmas.ts';

describe('parseIrmasName', () => {
  test.each([
    ['[pia][jaz_blu]1471__3', 'pia', '1471'],
    ['031__[cel][nod][cla]0020__1', 'cel', '0020'],
    ['018__[flu][---][cla]0001__2', 'flu', '0001'],
    ['104__[voi][dru][pop_roc]0666__1', 'voi', '0666'],
    ['[cla][cla]0150__1', 'cla', '0150'],
    ['[CEL][cla]0041__12', 'cel', '0041'],
    ['[org]0007__1', 'org', '0007'],
  ])('reads %s', (name, instrument, recording) => {
    expect(parseIrmasName(name)).toEqual({ instrument, recording });
  });

  test.each([
    '[take]1234__1',
    '[cel][cla]041__1',
    '[cel][cla]0041',
    '[cel][cla]0041_1',
    'cello 0041__1',
    '[][cel]0041__1',
    '[nod][cel]0041__1',
    '[cel][cla]0041__1 copy',
    '',
  ])('takes %j for no IRMAS name', (name) => {
    expect(parseIrmasName(name)).toBeUndefined();
  });
});

test('classes are named as IRMAS names them, others by their own code', () => {
  expect(classOf('gac')).toEqual({ code: 'gac', name: 'acoustic guitar' });
  expect(classOf('Théremin')).toEqual({ code: 'Théremin', name: 'Théremin' });
});
