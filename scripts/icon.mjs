/**
 * Makes resources/icon.png of resources/icon.svg, to be run after the drawing was changed. electron-builder makes of it
 * what each system wants; the window shows it on Linux.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup/places.mjs';

const SIZE = 1024;

const { createCanvas, loadImage } = await import('@napi-rs/canvas');
const canvas = createCanvas(SIZE, SIZE);
const drawing = await loadImage(readFileSync(join(ROOT, 'resources', 'icon.svg')));
canvas.getContext('2d').drawImage(drawing, 0, 0, SIZE, SIZE);
writeFileSync(join(ROOT, 'resources', 'icon.png'), canvas.toBuffer('image/png'));
