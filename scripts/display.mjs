/**
 * Whether a window could be opened here.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} environment
 */
export function hasDisplay(platform = process.platform, environment = process.env) {
  return (
    platform === 'win32' ||
    platform === 'darwin' ||
    [environment.DISPLAY, environment.WAYLAND_DISPLAY].some((value) => value !== undefined && value !== '')
  );
}
