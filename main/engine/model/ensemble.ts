import { EngineError } from '../common/errors.ts';
import { IMAGE, type Dense, type Layer } from './layers.ts';
import { layerInputs, leadingRescalings, type Architecture, type Network, type Weight } from './network.ts';

/**
 * The layers of several networks of one architecture side by side, which answer with the mean of their logits (deep ensembles,
 * Lakshminarayanan et al. 2017). They share the rescaling of the image; one dense layer takes the features of all of them, so that
 * it is a network like any other: to be calibrated, exported and trained further.
 * @param members from 1; one is the architecture as it is
 * @throws EngineError `unsupported-model` where it does not end in a dense layer that gives logits
 */
export function ensembleArchitecture(architecture: Architecture, members: number): Architecture {
  if (members === 1) return architecture;
  const output = outputLayer(architecture);
  const shared = leadingRescalings(architecture);
  const own = architecture.layers.slice(shared.length, -1);
  const before = shared.at(-1)?.name ?? IMAGE;
  const isOwn = (name: string): boolean => own.some((layer) => layer.name === name);
  const features = nameOf(architecture, layerInputs(architecture).at(-1));
  const numbers = Array.from({ length: members }, (_, index) => index + 1);
  const copies = numbers.flatMap((number) => {
    const named = (name: string): string => (isOwn(name) ? memberName(number, name) : name);
    return own.map((layer, index): Layer => {
      const inputs = layer.inputs ?? (index === 0 ? [before] : undefined);
      return { ...layer, name: named(layer.name), ...(inputs === undefined ? {} : { inputs: inputs.map(named) }) };
    });
  });
  const all: Layer = {
    kind: 'Concatenate',
    name: 'ensemble',
    inputs: numbers.map((number) => (isOwn(features) ? memberName(number, features) : features)),
  };
  return { ...architecture, layers: [...shared, ...copies, all, { ...output, inputs: [all.name] }] };
}

/**
 * Networks of one architecture as one, which gives the mean of their logits.
 * @throws EngineError as `ensembleArchitecture`
 */
export function joinMembers(members: readonly Network[]): Network {
  const [first, ...others] = members;
  if (first === undefined) throw new Error('an ensemble has at least one member');
  if (others.length === 0) return first;
  const architecture = ensembleArchitecture(first, members.length);
  const { name, useBias, units } = outputLayer(first);
  const share = (value: number): number => value / members.length;
  const own = (member: Network, part: Weight['name']): Weight => {
    const found = member.weights.find((weight) => weight.layer === name && weight.name === part);
    if (found === undefined) throw new Error(`a member has no weight ${name}/${part}`);
    return found;
  };
  const kernels = members.map((member) => own(member, 'kernel'));
  const rows = kernels.reduce((total, { shape }) => total + (shape[0] ?? 0), 0);
  const biases = useBias ? members.map((member) => own(member, 'bias').values) : [];
  const bias = new Float32Array(units).map((_, unit) =>
    share(biases.reduce((total, values) => total + (values[unit] ?? 0), 0)),
  );
  const kernel = Float32Array.from(
    kernels.flatMap(({ values }) => [...values]),
    share,
  );
  return {
    ...architecture,
    weights: [
      ...namedByMember(members.map(({ weights }) => weights.filter(({ layer }) => layer !== name))),
      { layer: name, name: 'kernel', shape: [rows, units], values: kernel },
      ...(useBias ? [{ layer: name, name: 'bias', shape: [units], values: bias } as const] : []),
    ],
  };
}

/** The weights of all members in one list, each by a name of its own; those of one alone as they are. */
export function namedByMember(members: readonly (readonly Weight[])[]): Weight[] {
  if (members.length === 1) return members.flat();
  return members.flatMap((weights, index) =>
    weights.map((weight) => ({ ...weight, layer: memberName(index + 1, weight.layer) })),
  );
}

/** The weights of each member again, by the names and in the order of `weights`. @param all as `namedByMember` lists them */
export function weightsOfMembers(all: readonly Weight[], weights: readonly Weight[]): Weight[][] {
  return Array.from({ length: all.length / weights.length }, (_, member) =>
    all
      .slice(member * weights.length, (member + 1) * weights.length)
      .map((weight, index) => ({ ...weight, layer: weights[index]?.layer ?? weight.layer })),
  );
}

/** @param number from 1 */
function memberName(number: number, layer: string): string {
  return `member${String(number)}_${layer}`;
}

function outputLayer({ layers }: Architecture): Dense {
  const last = layers.at(-1);
  if (last?.kind === 'Dense' && last.activation === 'linear') return last;
  throw new EngineError(
    'unsupported-model',
    `Networks side by side have to end in a dense layer that gives logits, which this one does not (${last?.kind ?? 'nothing'}).`,
  );
}

function nameOf({ layers }: Architecture, [position = -1]: readonly number[] = []): string {
  return layers[position]?.name ?? IMAGE;
}
