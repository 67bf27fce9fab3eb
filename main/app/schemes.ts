import { protocol } from 'electron/main';

export const APP_SCHEME = 'app';
export const APP_HOST = 'instrunet';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const MEDIA_SCHEME = 'media';

/** To be called before the app is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    {
      scheme: MEDIA_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
    },
  ]);
}

/** Whether an address is one of the app's own page, compared by its parts. */
export function isAppUrl(address: string): boolean {
  try {
    const { protocol: scheme, host, username, password } = new URL(address);
    return scheme === `${APP_SCHEME}:` && host === APP_HOST && username === '' && password === '';
  } catch {
    return false;
  }
}
