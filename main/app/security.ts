import { app, session } from 'electron/main';
import type { Log } from './log.ts';
import { isAppUrl, MEDIA_SCHEME } from './schemes.ts';

/** Sent with every answer of the app's own scheme. The page has no inline scripts or styles. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' ${MEDIA_SCHEME}:`,
  `media-src ${MEDIA_SCHEME}:`,
  "font-src 'self'",
  `connect-src 'self' ${MEDIA_SCHEME}:`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/** What could be reached beyond the app's own schemes. */
const OUTSIDE = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'];

/**
 * Fences round every page there will be: no permissions, no other address, no network, no downloads, no windows or web
 * views of the page's making.
 * @param server of the page under work, which alone may be reached
 */
export function raiseFences(log: Log, server: URL | null): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, callback) => {
    log.info(`refused the permission ${permission}`);
    callback(false);
  });
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest({ urls: OUTSIDE }, ({ url }, callback) => {
    callback({ cancel: server === null || new URL(url).host !== server.host });
  });
  defaultSession.on('will-download', (event) => {
    event.preventDefault();
    log.info('refused a download');
  });
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (isAppUrl(url)) return;
      event.preventDefault();
      log.info('refused a navigation away from the app');
    });
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
