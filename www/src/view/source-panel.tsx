import type { Diagnostic } from 'tidegate/studio'
import { buildMs, diagnostics, draftProblem } from '../state/draft.ts'
import { edit, edits, files, isEdited, resetFile, resetFiles, textOf } from '../state/files.ts'
import { openFile, otherFile } from '../state/selection.ts'
import { Marked } from './marked.tsx'
import { SourceEditor } from './source-editor.tsx'

/** The files of the project in an editor: what is typed is compiled, signed and decided by in this page. */
export function SourcePanel() {
  const path = openFile.value
  const text = textOf(path)
  return (
    <div class="source">
      <div class="source-bar">
        <label>
          <span class="hidden">File</span>
          <select
            value={path}
            onChange={(event) => {
              otherFile.value = event.currentTarget.value
            }}
          >
            {files.value.map((file) => (
              <option key={file.path} value={file.path}>
                {file.path}
                {edits.value[file.path] === undefined ? '' : ' (edited)'}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={edits.value[path] === undefined} onClick={() => resetFile(path)}>
          Reset file
        </button>
        <button type="button" disabled={!isEdited.value} onClick={resetFiles}>
          Reset all
        </button>
      </div>
      {text === undefined ? (
        <p class="empty">The project has no file {path}.</p>
      ) : (
        <SourceEditor
          path={path}
          text={text}
          problems={diagnostics.value.filter(({ file }) => file === path)}
          onEdit={(changed) => edit(path, changed)}
        />
      )}
      <Problems path={path} />
    </div>
  )
}

function Problems({ path }: { path: string }) {
  const found = [...diagnostics.value].sort(
    (one, other) => Number(other.file === path) - Number(one.file === path),
  )
  const errors = found.filter(({ severity }) => severity === 'error').length
  return (
    <div class="problems" role="status">
      {draftProblem.value !== undefined && <p class="problem">{draftProblem.value}</p>}
      <p class="build">{buildState(errors)}</p>
      <ul>
        {found.map((problem) => (
          <li
            key={`${problem.file}:${problem.start}:${problem.code}:${problem.message}`}
            class={problem.severity}
          >
            <Place problem={problem} path={path} />
            <span>
              <Marked text={problem.message} />
            </span>
            {problem.help && (
              <small>
                <Marked text={problem.help} />
              </small>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function buildState(errors: number): string {
  if (!isEdited.value) return 'As served. Edit it, and every answer follows.'
  if (errors > 0)
    return `${errors === 1 ? 'One error' : `${errors} errors`}: answers are by the last build that succeeded.`
  if (buildMs.value === undefined) return 'Compiling …'
  return `Compiled, signed and verified in this page in ${buildMs.value.toFixed(0)} ms.`
}

/** Where a problem is; a press opens the file there. */
function Place({ problem, path }: { problem: Diagnostic; path: string }) {
  const place = `${problem.file === path ? '' : `${problem.file}:`}${problem.line}:${problem.column}`
  return (
    <button
      type="button"
      class="place mono"
      onClick={() => {
        otherFile.value = problem.file
      }}
    >
      {place}
    </button>
  )
}
