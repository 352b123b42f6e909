export * from '../studio.js'
