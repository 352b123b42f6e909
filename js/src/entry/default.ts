export * from './browser.js'
