use super::{Condition, Entry, Listing, Object, Problem, Read, Revision, Written};
use crate::failure::{Failure, Outcome};
use crate::layout;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, GetOptions, ObjectStore, PutMode, PutOptions, RetryConfig, UpdateVersion,
};
use std::sync::Arc;
use std::time::Duration;

/// Somebody waits: better told soon than tried for long.
const RETRIES: usize = 4;
const RETRY_FOR: Duration = Duration::from_secs(20);

/// Where clouds give credentials to their own machines.
const MACHINE_CREDENTIALS: &str = "169.254.169.254";

/// A folder in a bucket.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    folder: Path,
}

impl Bucket {
    /// Opens `scheme://rest`; nothing is asked of the network yet.
    pub(super) fn open(url: &str, scheme: &str, rest: &str) -> Outcome<Self> {
        if rest.contains(['?', '#']) || (rest.contains('@') && scheme != "az") {
            // Not shown again: what stands there may be a secret.
            let message = "a destination is `scheme://bucket/folder`, without user, query or fragment";
            return Err(Failure::misuse("destination-invalid", message)
                .with_help("credentials and other options are read from the environment"));
        }
        let invalid = |reason: String| {
            Failure::misuse(
                "destination-invalid",
                format!("cannot publish to `{url}`: {reason}"),
            )
        };
        let folder = rest.split_once('/').map_or("", |(_, folder)| folder);
        let folder = Path::from_url_path(folder).map_err(|error| invalid(error.to_string()))?;
        // The one TLS library that is built in; a second time it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_FOR,
            ..RetryConfig::default()
        };
        let store = match scheme {
            "s3" | "s3a" => AmazonS3Builder::from_env()
                .with_url(url)
                .with_retry(retry)
                .build()
                .map(|store| Arc::new(store) as Arc<dyn ObjectStore>),
            "gs" => GoogleCloudStorageBuilder::from_env()
                .with_url(url)
                .with_retry(retry)
                .build()
                .map(|store| Arc::new(store) as Arc<dyn ObjectStore>),
            "az" => MicrosoftAzureBuilder::from_env()
                .with_url(url)
                .with_retry(retry)
                .build()
                .map(|store| Arc::new(store) as Arc<dyn ObjectStore>),
            _ => {
                let reason = "expected a folder, or a URL with `s3://`, `gs://` or `az://`";
                return Err(invalid(reason.to_owned()));
            }
        };
        let store = store.map_err(|error| invalid(error.to_string()))?;
        Ok(Self { store, folder })
    }

    pub(super) async fn read(
        &self,
        path: &str,
        most_bytes: u64,
        etag: Option<&str>,
    ) -> Result<Read, Problem> {
        let options = GetOptions {
            if_none_match: etag.map(str::to_owned),
            ..GetOptions::default()
        };
        let found = match self.store.get_opts(&self.at(path), options).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(Read::Missing),
            Err(Error::NotModified { .. }) => return Ok(Read::Unchanged),
            Err(error) => return Err(problem(&error)),
        };
        if found.meta.size > most_bytes {
            return Err(Problem::too_large(most_bytes));
        }
        let revision = Revision {
            etag: found.meta.e_tag.clone(),
            version: found.meta.version.clone(),
        };
        let bytes = found.bytes().await.map_err(|error| problem(&error))?;
        Ok(Read::Found(Object {
            bytes: bytes.into(),
            revision,
        }))
    }

    pub(super) async fn write(
        &self,
        path: &str,
        bytes: Vec<u8>,
        condition: Condition,
    ) -> Result<Written, Problem> {
        let at = self.at(path);
        let attributes = Attributes::from_iter([
            (Attribute::CacheControl, layout::cache_control(path)),
            (Attribute::ContentType, layout::CONTENT_TYPE),
        ]);
        let mode = match condition {
            Condition::Absent => PutMode::Create,
            Condition::Still(revision) => PutMode::Update(UpdateVersion {
                e_tag: revision.etag,
                version: revision.version,
            }),
        };
        let options = PutOptions {
            mode,
            attributes,
            ..PutOptions::default()
        };
        match self.store.put_opts(&at, bytes.into(), options).await {
            Ok(_) => Ok(Written::Done),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Written::Conflict),
            Err(error) => Err(problem(&error)),
        }
    }

    pub(super) async fn list(&self, path: &str) -> Result<Listing, Problem> {
        let folder = self.at(path);
        let listed = self
            .store
            .list_with_delimiter(Some(&folder))
            .await
            .map_err(|error| problem(&error))?;
        let files = listed.objects.into_iter().filter_map(|object| {
            Some(Entry {
                name: object.location.filename()?.to_owned(),
                bytes: object.size,
                modified_ms: object.last_modified.timestamp_millis(),
            })
        });
        let folders = listed.common_prefixes.iter();
        let folders = folders.filter_map(|folder| folder.filename().map(str::to_owned));
        Ok(Listing {
            files: files.collect(),
            folders: folders.collect(),
        })
    }

    fn at(&self, path: &str) -> Path {
        path.split('/')
            .filter(|step| !step.is_empty())
            .fold(self.folder.clone(), |folder, step| folder.join(step))
    }
}

fn problem(error: &Error) -> Problem {
    let mut reason = error.to_string();
    // What lies at the bottom, such as a refused connection, is not in the text of what lies above it.
    let mut root: &dyn std::error::Error = error;
    while let Some(cause) = root.source() {
        root = cause;
    }
    let root = root.to_string();
    if !reason.contains(&root) {
        reason = format!("{reason}: {root}");
    }
    let help = match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            Some("credentials are read from the environment, by the names that the store's own tools use")
        }
        Error::NotImplemented { .. } => {
            Some("the store must allow conditional writes, or two publishers overwrite one another")
        }
        _ if reason.contains(MACHINE_CREDENTIALS) => {
            Some("there are no credentials in the environment, and this machine was given none of its own")
        }
        _ => None,
    };
    Problem { reason, help }
}
