use super::ed25519::is_valid;
use super::frame::PREFIX;

use super::sign::{SealError, Signer};
use super::verify::key_id;
use crate::snapshot::limits;
use core::fmt;
use data_encoding::{BASE64, BASE64URL, HEXLOWER};
use serde::{Deserialize, Serialize};

/// A payload and the signatures over it as JSON, for files that people look at and keep in git: a DSSE envelope.
///
/// <https://github.com/secure-systems-lab/dsse/blob/master/envelope.md>. What is signed is the same pre-authentication
/// encoding as in a frame, so that no signature passes for one over another type of payload. Nothing in it is believed
/// but by [`Envelope::is_signed_by`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    payload_type: String,
    payload: Vec<u8>,
    signatures: Vec<[u8; 64]>,
    key_ids: Vec<String>,
}

/// Why some bytes are no envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeError {
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    payload_type: String,
    payload: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSignature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

impl Envelope {
    /// Puts a payload into an envelope that one key signs.
    pub fn seal(payload_type: &str, payload: Vec<u8>, signer: &dyn Signer) -> Result<Self, SealError> {
        let signed = encoded(payload_type, &payload);
        let signature = signer.sign_bytes(&signed).map_err(SealError::Signer)?;
        Ok(Self {
            payload_type: payload_type.to_owned(),
            payload,
            signatures: vec![signature],
            key_ids: vec![HEXLOWER.encode(&key_id(&signer.public_key()))],
        })
    }

    /// Reads an envelope; nothing of it is verified.
    pub fn read(json: &[u8]) -> Result<Self, EnvelopeError> {
        if json.len() > limits::DOCUMENT_BYTES {
            return Err(EnvelopeError::new(format!(
                "it is larger than {} bytes",
                limits::DOCUMENT_BYTES
            )));
        }
        let written: Written =
            serde_json::from_slice(json).map_err(|error| EnvelopeError::new(error.to_string()))?;
        if !(1..=limits::SIGNATURES).contains(&written.signatures.len()) {
            return Err(EnvelopeError::new(format!(
                "it has not from 1 to {} signatures",
                limits::SIGNATURES
            )));
        }
        let mut signatures = Vec::new();
        let mut key_ids = Vec::new();
        for signature in written.signatures {
            let bytes = bytes(&signature.sig, "a signature")?;
            let bytes = <[u8; 64]>::try_from(bytes)
                .map_err(|_| EnvelopeError::new("a signature has not 64 bytes"))?;
            signatures.push(bytes);
            key_ids.push(signature.keyid);
        }
        Ok(Self {
            payload: bytes(&written.payload, "the payload")?,
            payload_type: written.payload_type,
            signatures,
            key_ids,
        })
    }

    /// The envelope as JSON.
    pub fn to_json(&self) -> String {
        let pairs = self.signatures.iter().zip(&self.key_ids);
        let written = Written {
            payload_type: self.payload_type.clone(),
            payload: BASE64.encode(&self.payload),
            signatures: pairs
                .map(|(signature, keyid)| WrittenSignature {
                    keyid: keyid.clone(),
                    sig: BASE64.encode(signature),
                })
                .collect(),
        };
        // Texts alone, which always can be written.
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }

    /// What kind of payload it says it is.
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// What was signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Did a key sign it? Key ids are not asked: they are hints that anybody can write.
    pub fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        let signed = encoded(&self.payload_type, &self.payload);
        let mut signatures = self.signatures.iter();
        signatures.any(|signature| is_valid(key, signature, &signed))
    }
}

/// The pre-authentication encoding.
fn encoded(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut signed = PREFIX.to_vec();
    signed.extend(format!("{} {payload_type} {} ", payload_type.len(), payload.len()).bytes());
    signed.extend_from_slice(payload);
    signed
}

/// Base64 of either alphabet, as the specification asks for.
fn bytes(text: &str, what: &str) -> Result<Vec<u8>, EnvelopeError> {
    let plain = BASE64.decode(text.as_bytes());
    plain
        .or_else(|_| BASE64URL.decode(text.as_bytes()))
        .map_err(|_| EnvelopeError::new(format!("{what} is not base64")))
}

impl EnvelopeError {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for EnvelopeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl core::error::Error for EnvelopeError {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::trust::SigningKey;

    /// The public example of the specification, whose key is of another kind: only the encoding is compared.
    #[test]
    fn what_is_signed_is_the_encoding_of_the_specification() {
        let signed = encoded("http://example.com/HelloWorld", b"hello world");
        assert_eq!(signed, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn an_envelope_comes_back_from_json_and_knows_its_signer() {
        let key = SigningKey::from_seed(&[7; 32], false);
        let sealed = Envelope::seal("text/plain", b"yes".to_vec(), &key).unwrap();
        let read = Envelope::read(sealed.to_json().as_bytes()).unwrap();
        assert_eq!(read, sealed);
        assert!(read.is_signed_by(&key.public_key()));
        assert!(!read.is_signed_by(&SigningKey::from_seed(&[8; 32], false).public_key()));
    }

    #[test]
    fn a_signature_fits_no_other_payload_and_no_other_type() {
        let key = SigningKey::from_seed(&[7; 32], false);
        let sealed = Envelope::seal("text/plain", b"yes".to_vec(), &key).unwrap();
        let changed = |change: &dyn Fn(&mut Envelope)| {
            let mut other = sealed.clone();
            change(&mut other);
            other.is_signed_by(&key.public_key())
        };
        assert!(changed(&|_| {}));
        assert!(!changed(&|other| other.payload.push(b'!')));
        assert!(!changed(&|other| other.payload_type.push('s')));
        // The lengths are signed, so that no byte moves from the type to the payload.
        assert!(!changed(&|other| {
            other.payload_type = "text/plai".to_owned();
            other.payload.insert(0, b'n');
        }));
    }

    #[test]
    fn damaged_envelopes_are_refused_with_a_reason() {
        let signature = BASE64.encode(&[0; 64]);
        for (json, reason) in [
            ("", "EOF while parsing"),
            ("{}", "missing field `payloadType`"),
            (
                r#"{"payloadType":"t","payload":"","signatures":[]}"#,
                "from 1 to 16 signatures",
            ),
            (
                r#"{"payloadType":"t","payload":"%","signatures":[{"sig":"SIG"}]}"#,
                "the payload is not base64",
            ),
            (
                r#"{"payloadType":"t","payload":"","signatures":[{"sig":"AAAA"}]}"#,
                "a signature has not 64 bytes",
            ),
        ] {
            let error = Envelope::read(json.replace("SIG", &signature).as_bytes()).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
        let long = vec![b' '; limits::DOCUMENT_BYTES + 1];
        assert!(
            Envelope::read(&long)
                .unwrap_err()
                .to_string()
                .contains("larger than")
        );
    }
}
