use super::answer::{answer, command, file};
use super::asked::Asked;
use super::setting::{headers, secret, url};
use super::variable::{counts_the_stage, tells_arms_apart, template};
use crate::model::diagnostic::{Place, Spanned};
use crate::model::document::{Entry, Node};
use crate::model::read::fields::{Fields, every};
use crate::model::read::problems::Problems;
use crate::model::read::scalar::name;
use crate::model::read::time::duration;
use crate::model::source::{Events, Quantity, Server, Setting, Source, SourceKind};

/// The keys that name a source; each thing that is measured has exactly one.
pub(in crate::model::read) const SOURCES: &[&str] = &["prometheus", "http", "command", "file", "log"];
/// The keys of what has a source and nothing else.
pub(in crate::model::read) const SOURCE_KEYS: &[&str] =
    &["timeout", "prometheus", "http", "command", "file", "log"];
pub(in crate::model::read) const DEFAULTS_KEYS: &[&str] = &["timeout", "prometheus", "http", "log"];
pub(in crate::model::read) const SERVER_KEYS: &[&str] = &["url", "bearer", "headers"];
pub(in crate::model::read) const LOGS_KEYS: &[&str] = &["exposures", "events"];
pub(in crate::model::read) const PROMETHEUS_KEYS: &[&str] = &[
    "url",
    "bearer",
    "headers",
    "until",
    "total",
    "events",
    "sum",
    "squares",
    "numerator",
    "numeratorSquares",
    "denominator",
    "denominatorSquares",
    "product",
    "both",
];
pub(in crate::model::read) const HTTP_KEYS: &[&str] = &["url", "bearer", "headers", "pointers"];
pub(in crate::model::read) const LOG_KEYS: &[&str] = &["exposures", "events", "metric", "denominator"];

const DEFAULT_TIMEOUT_MS: i64 = 10_000;
const LONGEST_TIMEOUT_MS: i64 = 300_000;

/// What the sources of a policy have in common.
#[derive(Default)]
pub(in crate::model::read) struct Defaults {
    place: Place,
    timeout_ms: Option<i64>,
    prometheus: ServerPart,
    http: ServerPart,
    exposures: Option<String>,
    events: Option<String>,
}

#[derive(Default, Clone)]
struct ServerPart {
    url: Option<Spanned<Setting>>,
    bearer: Option<String>,
    headers: Option<Vec<(String, Setting)>>,
}

impl Defaults {
    pub(in crate::model::read) fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let fields = Fields::read(node, "the sources of a policy", DEFAULTS_KEYS, problems)?;
        let timeout = fields.optional("timeout", problems, timeout);
        let server = |node: &Node, problems: &mut Problems| {
            let fields = Fields::read(node, "a server", SERVER_KEYS, problems)?;
            ServerPart::read(&fields, problems)
        };
        let prometheus = fields.optional("prometheus", problems, server);
        let http = fields.optional("http", problems, server);
        let logs = fields.optional("log", problems, |node, problems| {
            let fields = Fields::read(node, "the logs of a policy", LOGS_KEYS, problems)?;
            let exposures = fields.optional("exposures", problems, path);
            let events = fields.optional("events", problems, path);
            Some((exposures?, events?))
        });
        let (exposures, events) = logs?.unwrap_or_default();
        Some(Self {
            place: fields.place.clone(),
            timeout_ms: timeout?,
            prometheus: prometheus?.unwrap_or_default(),
            http: http?.unwrap_or_default(),
            exposures,
            events,
        })
    }

    /// The log that all metrics have in common tells of exposures as well.
    pub(in crate::model::read) fn exposures(&self) -> Option<Source> {
        Some(Source {
            place: self.place.clone(),
            timeout_ms: self.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS),
            kind: SourceKind::Log {
                exposures: self.exposures.clone()?,
                events: None,
            },
        })
    }
}

impl ServerPart {
    fn read(fields: &Fields<'_>, problems: &mut Problems) -> Option<Self> {
        let url = fields.optional("url", problems, url);
        let bearer = fields.optional("bearer", problems, secret);
        let headers = fields.optional("headers", problems, headers);
        Some(Self {
            url: url?,
            bearer: bearer?,
            headers: headers?,
        })
    }

    /// What is written here, and the rest from what all have in common.
    fn or(self, default: &Self, place: &Place, what: &str, problems: &mut Problems) -> Option<Server> {
        let Some(url) = self.url.or_else(|| default.url.clone()) else {
            let message = format!("{what} needs the key `url`, here or in the `source` of the policy");
            problems.error("missing-key", place, message);
            return None;
        };
        Some(Server {
            url,
            bearer: self.bearer.or_else(|| default.bearer.clone()),
            headers: self
                .headers
                .or_else(|| default.headers.clone())
                .unwrap_or_default(),
        })
    }
}

/// The source of what a mapping describes.
pub(in crate::model::read) fn source(
    node: &Node,
    asked: &Asked<'_>,
    defaults: &Defaults,
    problems: &mut Problems,
) -> Option<Source> {
    let fields = match asked.metric {
        // Its keys were looked at already.
        Some(_) => Fields::any(node, asked.what)?,
        None => Fields::read(node, asked.what, asked.keys, problems)?,
    };
    let timeout = fields.optional("timeout", problems, timeout)?;
    let Entry { key, value } = fields.exactly_one(SOURCES, problems)?;
    let kind = match key.value.as_str() {
        "prometheus" => prometheus(value, asked, defaults, problems)?,
        "http" => http(value, asked, defaults, problems)?,
        "command" => command(value, asked, problems)?,
        "file" => file(value, asked, problems)?,
        _ => log(value, asked, defaults, problems)?,
    };
    Some(Source {
        place: key.place.clone(),
        timeout_ms: timeout.or(defaults.timeout_ms).unwrap_or(DEFAULT_TIMEOUT_MS),
        kind,
    })
}

fn timeout(node: &Node, problems: &mut Problems) -> Option<i64> {
    let timeout_ms = duration(node, problems)?;
    if !(1..=LONGEST_TIMEOUT_MS).contains(&timeout_ms) {
        problems.error("out-of-range", &node.place, "a time-out lasts from 1s to 5m");
        return None;
    }
    Some(timeout_ms)
}

fn path(node: &Node, problems: &mut Problems) -> Option<String> {
    template(node, problems).map(|path| path.value)
}

fn prometheus(
    node: &Node,
    asked: &Asked<'_>,
    defaults: &Defaults,
    problems: &mut Problems,
) -> Option<SourceKind> {
    let fields = Fields::read(node, "a Prometheus source", PROMETHEUS_KEYS, problems)?;
    let server = ServerPart::read(&fields, problems).and_then(|server| {
        server.or(
            &defaults.prometheus,
            fields.place,
            "a Prometheus source",
            problems,
        )
    });
    let until = match asked.needs_until {
        true => fields.required("until", problems, template).map(Some),
        false => fields.optional("until", problems, template),
    };
    let wanted = asked.quantities.iter().chain(asked.optional);
    for entry in fields.entries() {
        let key = entry.key.value.as_str();
        let is_quantity = PROMETHEUS_KEYS.contains(&key) && !SERVER_KEYS.contains(&key) && key != "until";
        if is_quantity && !wanted.clone().any(|quantity| quantity.name() == key) {
            let message = format!(
                "`{key}` is nothing that {} of this type is measured by",
                asked.what
            );
            problems.error("conflicting-keys", &entry.key.place, message);
        }
    }
    let required = every(asked.quantities, |quantity| {
        let query = fields.required(quantity.name(), problems, template)?;
        tells_arms_apart(&[&query.value], &query.place, problems)?;
        Some((*quantity, query))
    });
    let optional = every(asked.optional, |quantity| {
        let query = fields.optional(quantity.name(), problems, template)?;
        Some(query.map(|query| (*quantity, query)))
    });
    let mut queries = required?;
    queries.extend(optional?.into_iter().flatten());
    every(&queries, |(_, query)| counts_the_stage(query, problems))?;
    Some(SourceKind::Prometheus {
        server: server?,
        queries,
        until: until?,
    })
}

fn http(node: &Node, asked: &Asked<'_>, defaults: &Defaults, problems: &mut Problems) -> Option<SourceKind> {
    let fields = Fields::read(node, "an HTTP source", HTTP_KEYS, problems)?;
    let server = ServerPart::read(&fields, problems)
        .and_then(|server| server.or(&defaults.http, fields.place, "an HTTP source", problems));
    let request = match server.as_ref().map(|server| &server.url.value) {
        Some(Setting::Text(url)) => url.clone(),
        _ => String::new(),
    };
    let answer = answer(&fields, asked, &[&request], problems);
    Some(SourceKind::Http {
        server: server?,
        answer: answer?,
    })
}

fn log(node: &Node, asked: &Asked<'_>, defaults: &Defaults, problems: &mut Problems) -> Option<SourceKind> {
    let fields = Fields::read(node, "a log source", LOG_KEYS, problems)?;
    let exposures = fields.optional("exposures", problems, path);
    let events = fields.optional("events", problems, path);
    let named = |node: &Node, problems: &mut Problems| name(node, "an event's name", problems);
    let metric = fields.optional("metric", problems, named);
    let denominator = match asked.quantities.contains(&Quantity::Denominator) {
        true => fields.required("denominator", problems, named).map(Some),
        false => fields.optional("denominator", problems, named),
    };
    let missing = |key: &str, problems: &mut Problems| {
        let message = format!("a log source needs the key `{key}`, here or in the `source` of the policy");
        problems.error("missing-key", fields.place, message);
    };
    let exposures = exposures?.or_else(|| defaults.exposures.clone());
    if exposures.is_none() {
        missing("exposures", problems);
    }
    let Some(own_name) = asked.metric else {
        return Some(SourceKind::Log {
            exposures: exposures?,
            events: None,
        });
    };
    let path = events?.or_else(|| defaults.events.clone());
    if path.is_none() {
        missing("events", problems);
    }
    Some(SourceKind::Log {
        exposures: exposures?,
        events: Some(Events {
            path: path?,
            metric: metric?.map_or_else(|| own_name.to_owned(), |name| name.value),
            denominator: denominator?.map(|name| name.value),
        }),
    })
}
