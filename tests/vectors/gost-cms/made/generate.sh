#!/bin/sh
# Makes the files of this folder anew: throw-away keys, invented people. Needs OpenSSL 3 with the
# gost engine (Debian: libengine-gost-openssl). Every run makes other keys, so other bytes.
set -eu
out=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$out/../doc.txt" doc.txt
cat > c.cnf <<'CNF'
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = keyCertSign, cRLSign
subjectKeyIdentifier = hash
[user]
basicConstraints = critical, CA:FALSE
keyUsage = digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
[encrypt]
keyUsage = keyEncipherment
[plain]
basicConstraints = critical, CA:FALSE
CNF
ossl() { openssl "$@" 2>errors || { cat errors >&2; exit 1; }; }
key() { # name algorithm curve
    if [ "$2" = rsa ]; then ossl genrsa -out "$1.key" "${3:-2048}"
    elif [ "$2" = ec ]; then ossl ecparam -genkey -name prime256v1 -out "$1.key"
    else ossl genpkey -engine gost -algorithm "$2" -pkeyopt "paramset:$3" -out "$1.key"; fi
}
request() { # name subject
    ossl req -engine gost -new -key "$1.key" -config c.cnf -utf8 -subj "$2" -out "$1.csr"
}
self() { # name subject section
    ossl req -engine gost -x509 -new -key "$1.key" -config c.cnf -utf8 -subj "$2" \
        -days 36500 -extensions "$3" -out "$1.pem"
}
issue() { # name issuer section serial
    ossl x509 -engine gost -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -set_serial "$4" \
        -days 36500 -extfile c.cnf -extensions "$3" -out "$1.pem"
}
sign() { # file signer options…
    file=$1; signer=$2; shift 2
    ossl cms -engine gost -sign -binary -in doc.txt -signer "$signer.pem" -inkey "$signer.key" \
        -out "$out/$file" "$@"
}
person='/C=RU/CN=Соснина Вера Ильинична/SN=Соснина/GN=Вера Ильинична/SNILS=00000000000/INN=000000000000'

key root gost2012_512 A; self root '/C=RU/O=Вымышленный корень/CN=Корень' ca
key middle gost2012_256 TCB; request middle '/C=RU/O=Вымышленный центр/CN=Центр'
issue middle root ca 2
for curve in TCA TCB TCC TCD A B C XA XB; do
    key "p$curve" gost2012_256 "$curve"; request "p$curve" "$person"; issue "p$curve" middle user 7
    sign "curve-256-$curve.p7s" "p$curve" -cades -outform DER
done
for curve in A B C; do
    key "q$curve" gost2012_512 "$curve"; request "q$curve" "$person"; issue "q$curve" root user 8
    sign "curve-512-$curve.p7s" "q$curve" -cades -outform DER
done
cat middle.pem root.pem > both.pem
sign chain.p7s pTCB -cades -outform DER -certfile both.pem
sign issuer.p7s pTCB -cades -outform DER -certfile middle.pem
sign pem.p7s pTCB -cades -outform PEM
sign attached.p7s pTCB -nodetach -outform DER
sign no-attributes.p7s pTCB -noattr -outform DER
sign no-certificate.p7s pTCB -nocerts -outform DER
sign by-key-identifier.p7s pTCB -cades -keyid -outform DER
sign two-signers.p7s pTCB -cades -outform DER -signer qA.pem -inkey qA.key
key bare gost2012_256 A; self bare '/C=RU/CN=Без ограничений' plain
sign no-key-usage.p7s bare -outform DER
key enc gost2012_256 A; self enc '/C=RU/CN=Только шифрование' encrypt
sign key-usage-forbids.p7s enc -outform DER
key rsa rsa; self rsa '/C=RU/CN=Rsa Test' user
sign rsa-sha256.p7s rsa -cades -md sha256 -outform DER
sign rsa-sha1.p7s rsa -md sha1 -outform DER
sign rsa-pss.p7s rsa -keyopt rsa_padding_mode:pss -md sha256 -outform DER
key short rsa 1024; self short '/C=RU/CN=Rsa Short' user
sign rsa-1024.p7s short -md sha256 -outform DER
key ec ec; self ec '/C=RU/CN=Ec Test' user
sign ecdsa-sha256.p7s ec -cades -md sha256 -outform DER
# A middle authority of the same name and another key: the certificate is not signed by it.
key other gost2012_256 TCB; request other '/C=RU/O=Вымышленный центр/CN=Центр'
issue other root ca 3
sign wrong-issuer.p7s pTCB -outform DER -certfile other.pem
# A valid signature of another document.
printf 'another document\n' > doc.txt
sign other-document.p7s pTCB -cades -outform DER
