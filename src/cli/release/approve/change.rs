//! An approval of a change, as a signed file.

use super::{Arguments, refused};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::govern::behind;
use crate::govern::gate::{Changed, Question, described, judged};
use crate::input::anchor;
use crate::input::file;
use crate::input::key;
use crate::report::Reporter;
use serde_json::json;
use tidegate::delivery::govern::{Approval, Ignored, People, Why};

/// Longer than this nobody agrees by this command.
const LONGEST_MS: i64 = 90 * 86_400_000;

pub(super) fn approve(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    if arguments.expires > LONGEST_MS {
        let message = format!("an approval counts for at most {}", clock::length(LONGEST_MS));
        return Err(Failure::misuse("usage", message));
    }
    let [source] = arguments.terms.keys() else {
        return Err(Failure::misuse("usage", "one key signs an approval: --key"));
    };
    let changed = Changed::read(&arguments.against, &arguments.project, false, reporter)?;
    let Some(digest) = changed.digest() else {
        let message = format!("nothing of the project differs from `{}`", arguments.against);
        return Err(Failure::new("nothing-changes", message));
    };
    let behind = changed.behind()?;
    behind::warn(behind.as_ref(), reporter);
    let governance = changed.base.project.as_ref().map(|project| &project.governance);
    let person = governance.and_then(|governance| {
        let name = People::of(governance).find_here(&arguments.by)?;
        Some((name, governance.person(name)?))
    });
    let Some((name, person)) = person else {
        let message = format!("`people` has nobody called `{}` before the change", arguments.by);
        return Err(Failure::new("unknown-person", message));
    };
    let signer = key::signer(source)?;
    let signers = [signer];
    anchor::for_production(&signers)?;
    let [signer] = &signers;
    let public = signer.public_key();
    if !person.keys.iter().any(|key| key.value == public) {
        return Err(refused(format!(
            "the key {} is none that {name} has before the change",
            anchor::id(&public)
        )));
    }
    let now_ms = arguments.terms.now_ms();
    let approval = Approval {
        project: changed.after.name.value.clone(),
        change: digest,
        by: name.to_owned(),
        at_ms: now_ms,
        expires_ms: now_ms.saturating_add(arguments.expires),
        note: arguments.note.clone(),
    };
    let sealed = approval
        .seal(signer.as_ref())
        .map_err(|error| Failure::new("signer-failed", error.to_string()))?;
    let path = arguments.project.join(approval.path());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Failure::file("write", folder, &error))?;
    }
    file::replace(&path, sealed.as_bytes())?;
    let ignored = ignored(&changed, &approval, arguments, reporter);
    if let Some(ignored) = &ignored {
        let message = format!("the gate will not count this of {name}: {}", ignored.why);
        reporter.warn(&Failure::new("approval-ignored", message));
    }
    let subjects = changed.subjects();
    let mut text = format!("{name} agrees to change {digest}\n");
    for subject in &subjects {
        text.push_str(&format!("  {}\n", described(subject)));
    }
    let expires = clock::written(approval.expires_ms);
    text.push_str(&format!("until {expires}: {}\n", path.display()));
    let json = json!({
        "change": digest.to_string(),
        "by": name,
        "expires": expires,
        "ignored": ignored.map(|ignored| json!({ "code": ignored.why.code(), "message": ignored.why.to_string() })),
        "behind": behind::json(behind.as_ref()),
        "file": path.display().to_string(),
        "subjects": subjects.iter().map(described).collect::<Vec<_>>(),
    });
    reporter.result(&text, &json)
}

/// Why the gate will not count an approval, as far as it can be told without what a pipeline knows; one that only says again
/// what was said changes nothing.
fn ignored(
    changed: &Changed,
    approval: &Approval,
    arguments: &Arguments,
    reporter: &Reporter,
) -> Option<Ignored> {
    let question = Question {
        against: arguments.against.clone(),
        first: false,
        project: arguments.project.clone(),
        reviews: None,
        author: Vec::new(),
        population: None,
        root: None,
        now: Some(approval.at_ms),
    };
    // What is signed is signed: whatever else the gate finds, it says itself.
    let verdict = judged(changed, &question, reporter).ok()?;
    let path = approval.path();
    let mut ignored = verdict.ignored.into_iter();
    ignored.find(|ignored| ignored.source == path && ignored.why != Why::Duplicate)
}
