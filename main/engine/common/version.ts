/** Version of the product, as in package.json (a test compares them). Written into runs, models and sample datasets. */
export const APP_VERSION = '0.1.0';
