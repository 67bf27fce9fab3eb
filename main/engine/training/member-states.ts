import { namedByMember, weightsOfMembers } from '../model/ensemble.ts';
import type { Weight } from '../model/network.ts';
import type { AdamState } from './adam.ts';
import type { Checkpoint } from './checkpoint.ts';

/** What a member needs to go on where it was. */
export interface MemberState {
  readonly weights: readonly Weight[];
  readonly adam: AdamState;
  /** Moving average of the weights, where the options ask for it. */
  readonly average: readonly Weight[] | undefined;
}

type JoinedState = Pick<Checkpoint, 'weights' | 'adam' | 'average'>;

/** As a checkpoint holds all members. They have made the same number of steps. */
export function joinStates(states: readonly MemberState[]): JoinedState {
  const averages = states.flatMap(({ average }) => (average === undefined ? [] : [average]));
  return {
    weights: namedByMember(states.map(({ weights }) => weights)),
    adam: {
      iterations: states[0]?.adam.iterations ?? 0,
      momentum: namedByMember(states.map(({ adam }) => adam.momentum)),
      velocity: namedByMember(states.map(({ adam }) => adam.velocity)),
    },
    average: averages.length === 0 ? undefined : namedByMember(averages),
  };
}

/** The members again. @param one the weights of one, for their names */
export function splitStates({ weights, adam, average }: JoinedState, one: readonly Weight[]): MemberState[] {
  const momentum = weightsOfMembers(adam.momentum, one);
  const velocity = weightsOfMembers(adam.velocity, one);
  const averages = average === undefined ? [] : weightsOfMembers(average, one);
  return weightsOfMembers(weights, one).map((own, index) => ({
    weights: own,
    adam: { iterations: adam.iterations, momentum: momentum[index] ?? [], velocity: velocity[index] ?? [] },
    average: averages[index],
  }));
}
