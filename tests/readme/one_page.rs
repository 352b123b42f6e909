use tidegate::{Client, Context, Scope, Trust};

fn one_page(frame: Vec<u8>, now_ms: i64) -> Result<bool, tidegate::Error> {
    let trust = Trust::parse("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")?;
    let mut flags = Client::new(trust, Some(Scope::parse("shop/production/server")?));
    flags.load(frame, now_ms)?;
    let user = Context::new("u-12").with("country", "CA").with("appVersion", "2.5.0");
    let answer = flags.evaluate("checkout", &user, now_ms);
    Ok(answer.and_then(|answer| answer.variant()) == Some("one-page"))
}
