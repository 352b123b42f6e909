use super::patterns;
use crate::model::diagnostic::Spanned;
use crate::model::document::Node;
use crate::model::hygiene::{NeedFlag, ReleaseRules, Touch};
use crate::model::read::fields::{Fields, every, items};
use crate::model::read::problems::Problems;
use crate::model::read::scalar::{boolean, key, name};

pub(in crate::model::read) const RELEASE_KEYS: &[&str] = &["needFlag", "qa", "environments", "touch"];
pub(in crate::model::read) const NEED_FLAG_KEYS: &[&str] = &["paths", "except", "allowNone"];
pub(in crate::model::read) const TOUCH_KEYS: &[&str] = &["when", "except", "changed"];

/// What must hold before a change is released.
pub(super) fn release(node: &Node, problems: &mut Problems) -> Option<ReleaseRules> {
    let fields = Fields::read(node, "what a release needs", RELEASE_KEYS, problems)?;
    let need_flag = fields.optional("needFlag", problems, |node, problems| {
        every(
            items(node, "a list of files that need a flag", problems)?,
            |item| needs_flag(item, problems),
        )
    });
    let qa = fields.optional("qa", problems, |node, problems| {
        key(node, "a segment's name", problems)
    });
    let environments = fields.optional("environments", problems, |node, problems| {
        every(items(node, "a list of environments", problems)?, |item| {
            name(item, "an environment's name", problems)
        })
    });
    let touch = fields.optional("touch", problems, |node, problems| {
        every(items(node, "a list of changes", problems)?, |item| {
            touches(item, problems)
        })
    });
    Some(ReleaseRules {
        need_flag: need_flag?.unwrap_or_default(),
        qa: qa?,
        environments: environments?.unwrap_or_default(),
        touch: touch?.unwrap_or_default(),
    })
}

fn needs_flag(node: &Node, problems: &mut Problems) -> Option<NeedFlag> {
    let fields = Fields::read(node, "files that need a flag", NEED_FLAG_KEYS, problems)?;
    let paths = fields.required("paths", problems, globs);
    let except = fields.optional("except", problems, globs);
    let allow_none = fields.optional("allowNone", problems, boolean);
    Some(NeedFlag {
        place: node.place.clone(),
        paths: paths?,
        except: except?.unwrap_or_default(),
        allow_none: allow_none?.unwrap_or(false),
    })
}

fn touches(node: &Node, problems: &mut Problems) -> Option<Touch> {
    let fields = Fields::read(node, "a change that asks for another", TOUCH_KEYS, problems)?;
    let when = fields.required("when", problems, globs);
    let except = fields.optional("except", problems, globs);
    let changed = fields.required("changed", problems, globs);
    Some(Touch {
        place: node.place.clone(),
        when: when?,
        except: except?.unwrap_or_default(),
        changed: changed?,
    })
}

fn globs(node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    patterns(node, "a list of globs", problems)
}
