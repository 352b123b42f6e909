import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, lintKeymap, type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import type { Diagnostic } from 'tidegate/studio'

/** An editor for the files of a project, one at a time. */
export interface Editor {
  /** Shows a file; what is typed in it stays as it is. */
  show(path: string, text: string): void
  mark(problems: readonly Diagnostic[]): void
  close(): void
}

/** Opens an editor in `parent`. The tab key leaves it: indent with spaces. */
export function openEditor(parent: HTMLElement, onEdit: (text: string) => void): Editor {
  let shown: string | undefined
  let isShowing = false
  const extensions = (path: string): Extension => [
    lineNumbers(),
    lintGutter(),
    history(),
    bracketMatching(),
    highlightActiveLine(),
    yaml(),
    syntaxHighlighting(classHighlighter),
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': path, spellcheck: 'false' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !isShowing) onEdit(update.state.doc.toString())
    }),
  ]
  const view = new EditorView({ parent })
  return { show, mark, close: () => view.destroy() }

  function show(path: string, text: string): void {
    if (path !== shown) {
      shown = path
      view.setState(EditorState.create({ doc: text, extensions: extensions(path) }))
    } else if (text !== view.state.doc.toString()) {
      isShowing = true
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
      isShowing = false
    }
  }

  function mark(problems: readonly Diagnostic[]): void {
    const { length } = view.state.doc
    const marks = problems.map(
      ({ start, end, severity, message, help }): Mark => ({
        // The text may have gone on since it was checked.
        from: Math.min(start, length),
        to: Math.min(Math.max(end, start), length),
        severity,
        message: help ? `${message}\n${help}` : message,
      }),
    )
    view.dispatch(setDiagnostics(view.state, marks))
  }
}
