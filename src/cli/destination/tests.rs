use super::*;

fn opened() -> (tempfile::TempDir, Destination) {
    let folder = tempfile::tempdir().unwrap();
    let destination = Destination::open(&folder.path().join("out").display().to_string()).unwrap();
    (folder, destination)
}

async fn read(destination: &Destination, path: &str) -> Object {
    let read = destination.read(path, 100, None).await.unwrap();
    read.found().unwrap()
}

#[tokio::test]
async fn a_file_is_made_once_and_exchanged_by_whoever_read_it_last() {
    let (_folder, destination) = opened();
    let path = "production/client/head";
    let write = |bytes: &[u8], condition| destination.write(path, bytes.to_vec(), condition);
    assert_eq!(write(b"one", Condition::Absent).await.unwrap(), Written::Done);
    assert_eq!(write(b"two", Condition::Absent).await.unwrap(), Written::Conflict);
    let one = read(&destination, path).await;
    assert_eq!(one.bytes, b"one");

    let still_one = Condition::Still(one.revision.clone());
    assert_eq!(write(b"two", still_one.clone()).await.unwrap(), Written::Done);
    assert_eq!(write(b"three", still_one).await.unwrap(), Written::Conflict);
    assert_eq!(read(&destination, path).await.bytes, b"two");

    let elsewhere = destination.write("head", b"x".to_vec(), Condition::Still(one.revision));
    assert_eq!(elsewhere.await.unwrap(), Written::Conflict);
}

#[tokio::test]
async fn of_many_that_exchange_at_once_one_wins() {
    let (_folder, destination) = opened();
    let destination = std::sync::Arc::new(destination);
    destination
        .write("head", b"old".to_vec(), Condition::Absent)
        .await
        .unwrap();
    let old = read(&destination, "head").await;
    let tries: Vec<_> = (0..16_u8)
        .map(|number| {
            let (destination, revision) = (destination.clone(), old.revision.clone());
            tokio::spawn(async move {
                let condition = Condition::Still(revision);
                destination.write("head", vec![number], condition).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for one in tries {
        done += usize::from(one.await.unwrap() == Written::Done);
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn what_is_known_or_missing_or_too_large_is_told_apart() {
    let (_folder, destination) = opened();
    assert!(matches!(
        destination.read("head", 3, None).await,
        Ok(Read::Missing)
    ));
    destination
        .write("head", b"1234".to_vec(), Condition::Absent)
        .await
        .unwrap();
    let known = read(&destination, "head").await.revision;
    let again = destination.read("head", 4, known.etag()).await;
    assert!(matches!(again, Ok(Read::Unchanged)));
    let failure = destination.read("head", 3, None).await.unwrap_err();
    assert!(failure.to_string().contains("larger than 3 bytes"), "{failure}");
    assert!(matches!(
        destination.read("head/below", 3, None).await,
        Ok(Read::Missing)
    ));
}

#[tokio::test]
async fn no_path_leads_out() {
    let (folder, destination) = opened();
    std::fs::write(folder.path().join("secret"), "x").unwrap();
    for path in [
        "../secret",
        "a/../../secret",
        "/secret",
        "",
        "a//b",
        ".lock",
        "a\\..\\b",
        "c:x",
    ] {
        let read = destination.read(path, 9, None).await;
        assert!(matches!(read, Ok(Read::Missing)), "{path}");
        let written = destination.write(path, Vec::new(), Condition::Absent).await;
        assert!(written.is_err(), "{path}");
    }
    assert!(destination.list("..").await.unwrap().files.is_empty());
}

#[tokio::test]
async fn a_list_names_files_and_folders_but_no_locks() {
    let (_folder, destination) = opened();
    assert!(destination.list("").await.unwrap().folders.is_empty());
    for path in ["a/head", "a/snapshot/00", "b/head"] {
        destination
            .write(path, b"xy".to_vec(), Condition::Absent)
            .await
            .unwrap();
    }
    let old = read(&destination, "a/head").await.revision;
    destination
        .write("a/head", b"z".to_vec(), Condition::Still(old))
        .await
        .unwrap();
    let mut top = destination.list("").await.unwrap();
    top.folders.sort();
    assert_eq!(top.folders, ["a", "b"]);
    assert!(top.files.is_empty());
    let below = destination.list("a").await.unwrap();
    assert_eq!(below.folders, ["snapshot"]);
    assert_eq!(below.files.len(), 1);
    assert_eq!((below.files[0].name.as_str(), below.files[0].bytes), ("head", 1));
    assert!(below.files[0].modified_ms > 1_700_000_000_000);
}

#[test]
fn a_url_is_a_bucket_and_never_holds_a_secret() {
    let told = |url: &str| Destination::open(url).unwrap_err().to_string();
    assert!(told("ftp://bucket/x").contains("`s3://`, `gs://` or `az://`"));
    for url in [
        "s3://user:hunter2@bucket/x",
        "az://box/x?sig=hunter2",
        "gs://b/x#hunter2",
    ] {
        assert!(!told(url).contains("hunter2"), "{}", told(url));
    }
    assert!(Destination::open("some/folder").is_ok());
}
