import './style/base.css'
import './style/layout.css'
import './style/controls.css'
import './style/flags.css'
import './style/details.css'
import './style/crowd.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { start } from './start.ts'

const root = document.getElementById('lab')
if (root) {
  render(<App />, root)
  start()
}
