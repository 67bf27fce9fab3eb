import { expect, it, vi } from 'vitest';
import { EngineError } from '../../../main/engine/common/errors.ts';
import { renderFigure } from '../../../main/engine/evaluation/charts/figure.ts';

vi.mock('../../../main/engine/common/package-file.ts', () => ({
  packageFile: () => '/no/such/font.ttf',
}));

it('refuses to draw a figure without its font instead of drawing it without text', () => {
  const draw = (): unknown => renderFigure({ title: 'title', subtitle: [], legend: [], panels: [] });
  expect(draw).toThrow(EngineError);
  expect(draw).toThrow('not installed');
});
