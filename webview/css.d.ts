/** The bundler turns a style that is imported into a file beside the script. */
declare module '*.css';
