import type { Input, MenuCommand } from '../../preload/contract.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';
import { player } from './player.svelte.ts';

type MenuItem = Input<'menu.popup'>['items'][number];

/** What a menu can do: one act a command; null for a command that does not fit now. */
export type MenuActs = Partial<Record<MenuCommand, (() => unknown) | null>>;

/** Groups of commands, in the order in which they are to stand; a line comes between two groups. */
export type MenuGroups = readonly MenuActs[];

/**
 * Opens the system's own menu where a `contextmenu` event was, be it of the mouse or of the keyboard, and does what is
 * chosen. @param element where the menu belongs when the keyboard asked for it from somewhere else
 */
export async function popUpMenu(event: MouseEvent, groups: MenuGroups, element?: Element | null): Promise<void> {
  event.preventDefault();
  event.stopPropagation();
  const items = groups.flatMap((group, index): MenuItem[] => [
    ...(index === 0 ? [] : [null]),
    ...Object.entries(group).map(([command, act]) => ({ command: command as MenuCommand, enabled: act !== null })),
  ]);
  try {
    const chosen = await call('menu.popup', { items, at: placeOf(event, element) });
    const group = groups.find((acts) => chosen !== null && chosen in acts);
    if (chosen !== null) await group?.[chosen]?.();
  } catch (error) {
    notices.fail(error);
  }
}

function placeOf(event: MouseEvent, element?: Element | null): { x: number; y: number } {
  const box = element?.getBoundingClientRect();
  const [x, y] = box === undefined ? [event.clientX, event.clientY] : [box.left + 32, box.bottom];
  return { x: Math.max(0, Math.round(x)), y: Math.max(0, Math.round(y)) };
}

/** The id in an address of the app's own sound and pictures. */
export function idOfAddress(address: string): string | null {
  return /^media:\/\/clip\/([^/]+)\//u.exec(address)?.[1] ?? null;
}

/** What every clip and every recording that was named offers. @param sound null for what cannot be played */
export function fileActs(id: string, sound: string | null): MenuGroups {
  const play = player.isPlaying(sound) ? 'stop' : 'play';
  return [
    {
      [play]:
        sound === null
          ? null
          : () => {
              player.toggle(sound);
            },
    },
    {
      reveal: () => call('clips.reveal', { clip: id }),
      'copy-name': () => call('clips.copy', { clip: id, what: 'name' }),
      'copy-path': () => call('clips.copy', { clip: id, what: 'path' }),
    },
  ];
}

/** Hands the file of a clip over to the system, which drags it to wherever the user lets it go. */
export function dragOut(event: DragEvent, id: string): void {
  event.preventDefault();
  call('clips.drag', { clip: id }).catch((error: unknown) => {
    notices.fail(error);
  });
}
