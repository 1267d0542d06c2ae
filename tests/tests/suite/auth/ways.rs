//! Every way to log in, and the server's word that it has worked.

use nats_actors::auth::{CredentialRequest, Credentials, KeyKind, KeyPair, UserJwt};
use nats_actors::testing::{Server, User};
use nats_actors::{Client, ConnectOptions, ErrorKind};
use nats_actors_tests::RawClient;

use super::kit::{Trust, user_info, works, write};

fn options() -> ConnectOptions {
    ConnectOptions::new()
}

// spec: SEC-01, SEC-02, SEC-03, SEC-04, CON-02, A40-10
#[tokio::test]
async fn passwords_and_tokens() {
    let server = Server::builder().user(User::new("ann", "pässword")).start().await.unwrap();
    let known = options().user_and_password("ann", "pässword");
    works(&known.connect(server.url()).await.unwrap()).await;
    let asked = options().credential_provider(async |_: CredentialRequest| {
        Ok::<_, std::io::Error>(Credentials::new().user_and_password("ann", "pässword"))
    });
    works(&asked.connect(server.url()).await.unwrap()).await;
    for options in [options(), options().user_and_password("ann", "x"), options().token("x")] {
        let error = options.connect(server.url()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
    }

    let server = Server::builder().token("s3cret/").start().await.unwrap();
    works(&options().token("s3cret/").connect(server.url()).await.unwrap()).await;
    let asked = options().credential_provider(async |_: CredentialRequest| {
        Ok::<_, std::io::Error>(Credentials::new().token("s3cret/"))
    });
    works(&asked.connect(server.url()).await.unwrap()).await;
}

/// A login in the address counts before that of the options, for that server.
// spec: CON-02, A40-10
#[tokio::test]
async fn the_address_counts_first() {
    let ann = User::new("ann", "a@b");
    let server = Server::builder().user(ann).start().await.unwrap();
    let in_address = server.client_url();

    let client = options().token("wrong").connect(in_address.as_str()).await.unwrap();
    assert_eq!(user_info(&client).await["user"], "ann");
    let wrong = format!("nats://ann:wrong@{}", server.addr());
    let error = options().user_and_password("ann", "a@b").connect(wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

/// A server with a default user does not ask for a login: who has one shows it all the same.
// spec: SEC-16
#[tokio::test]
async fn a_login_is_shown_where_nobody_asks() {
    let default =
        "accounts { A { users: [{user: ann, password: a}, {user: guest, password: g}] } }";
    let server = Server::builder().extra(format!("{default}\nno_auth_user: guest"));
    let server = server.start().await.unwrap();

    let greeting = RawClient::connect(server.addr()).await.unwrap();
    assert!(!greeting.info().contains("auth_required"), "{}", greeting.info());
    let guest = Client::connect(server.url()).await.unwrap();
    assert_eq!(user_info(&guest).await["user"], "guest");
    let ann = options().user_and_password("ann", "a").connect(server.url()).await.unwrap();
    assert_eq!(user_info(&ann).await["user"], "ann");
}

// spec: SEC-06, SEC-07, SEC-08, SEC-15, A40-10, A40-11
#[tokio::test]
async fn nkeys() {
    let key = KeyPair::generate(KeyKind::User);
    let public = key.public_key().to_string();
    let server = Server::builder().user(User::nkey(&public)).start().await.unwrap();
    let seed = write(&server, "user.nk", &format!("{}\r\n", key.seed().expose()));
    let signer = key.clone();
    let ways = [
        options().nkey_seed(key.seed()),
        options().nkey_seed_file(seed),
        options().credentials(Credentials::new().key_pair(key.clone())),
        options().nkey(&public, move |nonce| {
            let signature = signer.sign(&nonce);
            async move { Ok::<_, std::io::Error>(signature) }
        }),
    ];
    for way in ways {
        let client = way.connect(server.url()).await.unwrap();
        assert_eq!(user_info(&client).await["user"], public);
        works(&client).await;
    }
    let other = options().nkey_seed(KeyPair::generate(KeyKind::User).seed());
    let error = other.connect(server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

// spec: SEC-09, SEC-10, SEC-11, SEC-12, SEC-13, SEC-14, SEC-23, A40-10, A40-11
#[tokio::test]
async fn jwts() {
    let trust = Trust::new();
    let server = trust.server().await;
    let (jwt, key) = trust.user(None);
    let text = nats_actors::auth::format_creds(&jwt, &key);
    let creds = write(&server, "user.creds", text.expose());
    let jwt_file = write(&server, "user.jwt", jwt.expose());
    let seed_file = write(&server, "user.nk", key.seed().expose());
    let (signer, provided) = (key.clone(), text.clone());
    let ways = [
        options().credentials_file(creds),
        options().credentials_text(text),
        options().jwt_and_seed_files(jwt_file, seed_file),
        options().jwt_and_seed(jwt.clone(), key.seed()),
        options().jwt(jwt.clone(), move |nonce| {
            let signer = signer.clone();
            async move { Ok::<_, std::io::Error>(signer.sign(&nonce).to_vec()) }
        }),
        options().credential_provider(move |_| {
            let credentials = Credentials::from_creds(provided.expose());
            async move { credentials }
        }),
    ];
    for way in ways {
        let client = way.connect(server.url()).await.unwrap();
        let info = user_info(&client).await;
        assert_eq!(info["user"], key.public_key().to_string());
        assert_eq!(info["account"], trust.account.public_key().to_string());
        works(&client).await;
    }
}

/// JWTs that this crate has issued, by the account, a signing key and a scoped signing key.
// spec: A14-01, SEC-20, SEC-21
#[tokio::test]
async fn issued_jwts_are_accepted() {
    let trust = Trust::new();
    let server = trust.server().await;
    let key = KeyPair::generate(KeyKind::User);
    let (user, account) = (key.public_key(), trust.account.public_key());
    let denying = UserJwt::new(user).deny_publish("closed");
    let bearer = UserJwt::new(user).bearer().issue(&trust.account).unwrap();
    let issued = [
        (denying.clone().issue(&trust.account), "closed"),
        (denying.account(account).tag("t").issue(&trust.signer), "closed"),
        (UserJwt::new(user).account(account).scoped().issue(&trust.scoped), "closed"),
    ];
    for (jwt, denied) in issued {
        let login = options().jwt_and_seed(jwt.unwrap(), key.seed());
        let client = login.connect(server.url()).await.unwrap();
        let error = client.request(denied, "").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
        let _open = client.subscribe("scoped.a").await.unwrap();
        client.publish("scoped.a", "").await.unwrap();
        client.flush().await.unwrap();
    }
    let client = options().credentials(Credentials::new().jwt(bearer)).connect(server.url());
    works(&client.await.unwrap()).await;
    let stranger = UserJwt::new(user).issue(&KeyPair::generate(KeyKind::Account)).unwrap();
    let error = options().jwt_and_seed(stranger, key.seed()).connect(server.url()).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Unauthorized);
}
