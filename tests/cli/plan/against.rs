//! What a plan is asked to compare with, and cannot.

use super::Repository;

#[test]
fn a_path_where_nothing_is_says_so_before_anything_else_is_asked_for() {
    let repository = Repository::with_project(".");
    for path in ["./nope", "./no/pe.tgs", "../nope"] {
        // Not that keys are missing, and not that no commit is called so.
        let run = repository.plan(".", path).fails(1, "\"code\":\"cannot-read\"");
        assert!(run.err.contains("there is no such file or folder"), "{run:?}");
        assert!(run.err.contains(path), "{run:?}");
    }
    repository.plan(".", "./flags").fails(1, "it is a folder");
}

#[test]
fn without_the_dot_a_file_is_the_name_of_a_commit_and_the_way_to_it_is_told() {
    let repository = Repository::with_project(".");
    repository.workshop.write("latest", "1");
    repository
        .plan(".", "latest")
        .fails(1, "unknown-ref")
        .fails(1, "`./latest`");
}
