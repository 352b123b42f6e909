use serde_json::{Value, json};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use tidegate::compile::{Audience, Options, compile};
use tidegate::model::{SourceFile, read};
use tidegate::trust::SigningKey;

/// The keys of one run, made anew each time: no private key is kept anywhere.
pub(crate) struct Keys {
    trusted: [u8; 32],
    other: [u8; 32],
}

impl Keys {
    pub(crate) fn fresh() -> Self {
        let seed = || {
            let mut seed = [0; 32];
            for part in seed.chunks_mut(8) {
                part.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
            }
            seed
        };
        Self {
            trusted: seed(),
            other: seed(),
        }
    }

    /// The key that vectors call `trusted`, `other` or `development`.
    pub(crate) fn key(&self, name: &str) -> SigningKey {
        match name {
            "trusted" => SigningKey::from_seed(&self.trusted, false),
            "development" => SigningKey::from_seed(&self.trusted, true),
            "other" => SigningKey::from_seed(&self.other, false),
            _ => panic!("no key is called {name}"),
        }
    }

    pub(crate) fn trust(&self, name: &str) -> String {
        self.key(name).trust().to_string()
    }

    pub(crate) fn trust_strings(&self) -> Value {
        json!({ "trusted": self.trust("trusted"), "development": self.trust("development") })
    }
}

/// What a snapshot is compiled from and for.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) project: String,
    pub(crate) environment: String,
    pub(crate) audience: String,
    pub(crate) version: u64,
    pub(crate) issued_at_ms: i64,
    pub(crate) not_before_ms: i64,
    pub(crate) expires_ms: i64,
}

impl Request {
    /// The request that a suite makes.
    pub(crate) fn of(suite: &Value) -> Self {
        let files = suite["project"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(path, content)| SourceFile {
                path: path.clone(),
                text: content.as_str().map_or_else(|| content.to_string(), String::from),
            });
        let issued_at_ms = moment(&suite["issuedAt"]);
        Self {
            files: files.collect(),
            project: suite["project"]["tidegate.yaml"]["project"]
                .as_str()
                .unwrap()
                .into(),
            environment: suite["environment"].as_str().unwrap().into(),
            audience: suite["audience"].as_str().unwrap().into(),
            version: 1,
            issued_at_ms,
            not_before_ms: issued_at_ms,
            expires_ms: moment(&suite["expires"]),
        }
    }

    pub(crate) fn scope(&self) -> String {
        format!("{}/{}/{}", self.project, self.environment, self.audience)
    }

    /// The compiled payload; panics with every diagnostic when the project is refused.
    pub(crate) fn payload(&self, title: &str) -> Vec<u8> {
        let (project, diagnostics) = read(&self.files);
        let listed = |diagnostics: &[tidegate::model::Diagnostic]| {
            diagnostics
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let Some(project) = project else {
            panic!("{title} cannot be read:\n{}", listed(&diagnostics))
        };
        assert!(
            diagnostics.is_empty(),
            "{title} has problems:\n{}",
            listed(&diagnostics)
        );
        let options = Options {
            environment: self.environment.clone(),
            audience: if self.audience == "client" {
                Audience::Client
            } else {
                Audience::Server
            },
            version: self.version,
            issued_at_ms: self.issued_at_ms,
            not_before_ms: self.not_before_ms,
            expires_ms: Some(self.expires_ms),
            head_keys: Vec::new(),
            kills: Vec::new(),
        };
        compile(&project, &options)
            .unwrap_or_else(|errors: Vec<_>| panic!("{title} cannot be compiled:\n{}", listed(&errors)))
    }

    /// The payload in a frame that the trusted key signed.
    pub(crate) fn frame(&self, keys: &Keys, title: &str) -> Vec<u8> {
        keys.key("trusted").sign(&self.payload(title))
    }
}

/// Epoch milliseconds of a number or an RFC 3339 string.
pub(crate) fn moment(written: &Value) -> i64 {
    match written.as_str() {
        Some(text) => text.parse::<jiff::Timestamp>().unwrap().as_millisecond(),
        None => written.as_i64().unwrap(),
    }
}
