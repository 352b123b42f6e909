use super::super::Workshop;
use super::CHECKOUT;

#[test]
fn what_cannot_be_done_is_refused_before_anything_is_written() {
    let off = CHECKOUT.replace("enabled: true", "enabled: false");
    let killed = CHECKOUT.replace("enabled: true", "killed: true");
    let absent = CHECKOUT.replace("  production:   # where people are\n    enabled: true\n", "");
    let broken = CHECKOUT.replace("salt: k3v9x2\n", "");
    let two = CHECKOUT.replace(
        "rollouts:\n",
        "rollouts:\n  other: { from: classic, to: one-page, stages: [{ name: all, share: 100 }] }\n",
    );
    let running = two.replace(
        "    enabled: true\n",
        "    rollouts: { launch: { status: running, stage: qa } }\n",
    );
    let draft = CHECKOUT.to_owned();
    for (text, command, code, why) in [
        (
            &off,
            vec!["promote"],
            1,
            "in `production` the flag `checkout` is disabled in its file",
        ),
        (
            &killed,
            vec!["promote"],
            1,
            "in `production` the flag `checkout` is killed in its file",
        ),
        (
            &absent,
            vec!["promote"],
            1,
            "in `production` the flag `checkout` is disabled, as its file does not name it",
        ),
        (&broken, vec!["promote"], 1, "a flag needs the key `salt`"),
        (
            &two,
            vec!["promote"],
            1,
            "the flag has several rollouts: `other` or `launch`",
        ),
        (
            &running,
            vec!["promote", "--plan", "other"],
            1,
            "two plans are under way in `production`: `launch` and `other`",
        ),
        (
            &draft,
            vec!["promote", "--plan", "lunch"],
            1,
            "rollout `lunch` does not exist, expected `launch`",
        ),
        (
            &draft,
            vec!["promote", "--stage", "tneth"],
            1,
            "stage `tneth` does not exist, expected `qa`, `tenth` or `climb`",
        ),
        (&draft, vec!["pause"], 1, "cannot pause a rollout that is draft"),
        (&draft, vec!["resume"], 1, "cannot resume a rollout that is draft"),
        (
            &draft,
            vec!["rollback"],
            1,
            "cannot roll back a rollout that is draft",
        ),
        (
            &draft,
            vec!["approve", "--by", "ana"],
            1,
            "cannot approve a rollout that is draft",
        ),
        (
            &running,
            vec!["approve", "--plan", "launch", "--by", " "],
            1,
            "`` cannot be somebody's name",
        ),
        (&draft, vec!["promote", "--reason", " "], 2, "--reason"),
        (
            &draft,
            vec!["rollback", "--reason", "a\nb"],
            2,
            "expected a line of 1 to 1000 characters",
        ),
        (&draft, vec!["rollback", "--audience", "client"], 2, "--audience"),
    ] {
        let workshop = Workshop::with_shop(&[("checkout", text)]);
        let before = workshop.files("shop");
        workshop.steer(&command, 0, &[]).fails(code, why);
        let mut after = workshop.files("shop");
        after.remove("shop/.tidegate.lock");
        assert_eq!(after, before, "{command:?}");
        assert!(!workshop.path("out").exists(), "{command:?}");
    }
    let workshop = Workshop::with_checkout();
    let elsewhere = [
        "promote",
        "checkout",
        "--project",
        "shop",
        "--environment",
        "prod",
        "--reason",
        "r",
    ];
    workshop.run(&elsewhere).fails(
        1,
        "environment `prod` does not exist, the project has production, staging",
    );
    let unknown = [
        "promote",
        "chekout",
        "--project",
        "shop",
        "--environment",
        "production",
        "--reason",
        "r",
    ];
    workshop
        .run(&unknown)
        .fails(2, "the project has no flag `chekout`");
}
