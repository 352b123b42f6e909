import { anchors } from './scenarios/anchors.mjs'
import { answers } from './scenarios/answers.mjs'
import { clocks } from './scenarios/clocks.mjs'
import { contents } from './scenarios/contents.mjs'
import { damage } from './scenarios/damage.mjs'
import { kills } from './scenarios/kills.mjs'
import { processes } from './scenarios/processes.mjs'
import { replays } from './scenarios/replays.mjs'
import { rotation } from './scenarios/rotation.mjs'
import { scopes } from './scenarios/scopes.mjs'
import { signatures } from './scenarios/signatures.mjs'
import { storage } from './scenarios/storage.mjs'
import { traps } from './scenarios/traps.mjs'

/** All scenarios, by what they are about, in the order of the table. */
export const groups = {
  'What happens to bytes on their way': damage,
  'Who may sign': signatures,
  'How keys are changed': rotation,
  'What is trusted to begin with': anchors,
  'Whose rules they are': scopes,
  'What is authentic and not what was published': replays,
  'What a server answers': answers,
  'What documents hold': contents,
  'What is kept': storage,
  'What a clock says': clocks,
  'What a kill may do': kills,
  'What ends in the middle': [...processes, ...traps],
}
