#![doc = include_str!("plan/PLAN.md")]

mod against;
mod arguments;
mod before;
pub(super) mod clients;
mod compared;
mod json;
mod markdown;
mod people;
mod published;
mod rows;
mod snapshot_file;
mod text;

use crate::author::compile::checked;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::input::project::ProjectFiles;
use crate::report::{self, Reporter};
pub(crate) use arguments::Arguments;

pub(crate) fn run(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    told(arguments, reporter).map_err(Failure::not_misuse)
}

fn told(arguments: &Arguments, reporter: &Reporter) -> Outcome {
    let now_ms = arguments.now.unwrap_or_else(clock::now_ms);
    let files = ProjectFiles::read(&arguments.project)?;
    let project = checked(&files, reporter)?;
    let before = against::open(arguments, &project, now_ms, reporter)?;
    let two = compared::sides(arguments, &before, &project, now_ms)
        .map_err(|wrong| wrong.told(&files, reporter))?;
    let plan = people::asked(arguments, &before, &project, two, now_ms, reporter)?;
    if arguments.markdown {
        report::print(&markdown::markdown(&plan))?;
    } else {
        reporter.result(&text::text(&plan), &json::json(&plan))?;
    }
    match plan.is_empty() {
        true => Ok(()),
        false => Err(Failure::Found),
    }
}
