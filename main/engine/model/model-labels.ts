import { z } from 'zod';
import { toJson } from '../common/files.ts';
import type { ClassName } from '../dataset/dataset.ts';
import { RecipeSchema, type Recipe } from '../features/recipe.ts';
import { DecisionSchema, type Decision } from './decision.ts';

/** What a model needs beside its weights to name instruments. Saved with every model, where other programs leave it alone. */
export interface ModelLabels {
  /** In the order of the network's outputs. */
  readonly classes: readonly ClassName[];
  readonly recipe: Recipe;
  /** What the logits were divided by for calibration, within the last layer's weights; left out where they were not. */
  readonly temperature?: number | undefined;
  /** When the network is believed; left out where nothing is known of that. */
  readonly decision?: Decision | undefined;
}

/** The entry of a `.keras` file, and the file beside a TensorFlow.js model, that holds them. */
export const LABELS_FILE = 'instrunet.json';

/** Counts up when the file changes so that older programs would misread it. */
const FORMAT_VERSION = 2;
/** What files without a decision are written as, so that older programs still read them. */
const WITHOUT_DECISION = 1;

const labelsSchema = z.strictObject({
  formatVersion: z.union([z.literal(WITHOUT_DECISION), z.literal(FORMAT_VERSION)]),
  classes: z.array(z.strictObject({ code: z.string(), name: z.string() })).min(2),
  recipe: RecipeSchema,
  temperature: z.number().positive().optional(),
  decision: DecisionSchema.optional(),
});

export function labelsToJson({ classes, recipe, temperature, decision }: ModelLabels): string {
  return toJson({
    formatVersion: decision === undefined ? WITHOUT_DECISION : FORMAT_VERSION,
    classes,
    recipe,
    ...(temperature === undefined ? {} : { temperature }),
    ...(decision === undefined ? {} : { decision }),
  });
}

/** @returns the labels, or why there are none to be had: `newer` than this program, or `damaged` */
export function parseLabels(value: unknown): ModelLabels | 'newer' | 'damaged' {
  const parsed = labelsSchema.safeParse(value);
  if (parsed.success) {
    const { classes, recipe, temperature, decision } = parsed.data;
    return {
      ...{ classes, recipe },
      ...(temperature === undefined ? {} : { temperature }),
      ...(decision === undefined ? {} : { decision }),
    };
  }
  const version = z.object({ formatVersion: z.number() }).safeParse(value);
  return version.success && version.data.formatVersion > FORMAT_VERSION ? 'newer' : 'damaged';
}
