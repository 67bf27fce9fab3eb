import type { Option } from 'commander';
import { Help } from 'commander';

const help = new Help();

/** Commander's description of an option, which names its default only where that is something, not for a switch that is off. */
export function optionDescription(option: Option): string {
  const isOff = option.defaultValue === false || option.defaultValue === null;
  return isOff ? option.description : help.optionDescription(option);
}
