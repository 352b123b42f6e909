use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Settings by which a repository could have programs run, or git look elsewhere: those here are asked before those in files.
const SETTINGS: [&str; 20] = [
    // What lies among the files of a commit is no repository.
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.editor=false",
    "core.askPass=false",
    "core.sshCommand=false",
    "core.gitProxy=",
    "credential.helper=",
    "diff.external=",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.mailmap=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "diff.ignoreSubmodules=dirty",
];

/// Of git's own variables those alone stay that say who commits: others name repositories, settings and programs.
const KEPT: [&str; 5] = [
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_CONFIG_NOSYSTEM",
];

/// `git` in a folder, which runs nothing and changes nothing.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in env::vars_os() {
        if is_gits(&name) && !KEPT.iter().any(|kept| name == *kept) {
            command.env_remove(name);
        }
    }
    command.arg("--no-pager").arg("--no-optional-locks");
    for setting in SETTINGS {
        command.arg("-c").arg(setting);
    }
    command
        .arg("-C")
        .arg(folder)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_LITERAL_PATHSPECS", "1");
    command
}

fn is_gits(name: &OsStr) -> bool {
    name.to_str()
        .is_some_and(|name| name.to_ascii_uppercase().starts_with("GIT_"))
}
