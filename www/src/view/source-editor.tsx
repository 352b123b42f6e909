import { useEffect, useRef, useState } from 'preact/hooks'
import type { Diagnostic } from 'tidegate/studio'
import type { Editor } from './editor.ts'

/** A file in CodeMirror, which is loaded at its first use. */
export function SourceEditor(props: {
  path: string
  text: string
  problems: readonly Diagnostic[]
  onEdit: (text: string) => void
}) {
  const { path, text, problems, onEdit } = props
  const place = useRef<HTMLDivElement>(null)
  const editing = useRef(onEdit)
  editing.current = onEdit
  const [editor, setEditor] = useState<Editor | undefined>(undefined)

  useEffect(() => {
    let opened: Editor | undefined
    let isGone = false
    import('./editor.ts').then(({ openEditor }) => {
      if (isGone || !place.current) return
      opened = openEditor(place.current, (changed) => editing.current(changed))
      setEditor(opened)
    })
    return () => {
      isGone = true
      opened?.close()
    }
  }, [])

  useEffect(() => editor?.show(path, text), [editor, path, text])
  useEffect(() => editor?.mark(problems), [editor, problems])

  return <div class="editor" ref={place} />
}
