// Tokens made by other libraries, of every algorithm that a public key has, and the key set that verifies them: PyJWT 2, jose 6
// for JavaScript, Nimbus JOSE 9 for Java. Those of jose name no key.
#include <gtest/gtest.h>

#include "api/jwt.hpp"

namespace frontrow::http {
namespace {

constexpr const char* kKeySet =
    R"({"keys":[{"kty":"RSA","n":"7KVRVCKyjSl0rq3pQxwpIxHcKgbAETXpfYNfnl2xMIH1tbQXl-tBUOLG-GlU4vn19I8UXXmo8WISrl9WCNZ)"
    R"(YKdxZvrmluqLaAJp05qcwmMsM9ylyVME_ISnikJRAqTFVsb3CymOcflGbRlG8OA2plM1CZVYJbGa5Ow1exXSzcVM4jnfnPhtQUFI3UrqbzVeCL)"
    R"(qm__vKjShZ5RmRpcFHTccvF-sUHK_a9g_CLLOZ2rGtiUWYm_lxHTwcbpPEEN1ko9tK4dhnC2hehrBUJXpLSIlposcS3WBdoUNf7Jx4rCUT9eaJ)"
    R"(rJgWoTJPXHjM8XJTcEQ3Nt5dOp5WwEgO-582oAw","e":"AQAB","kid":"k-rs256","alg":"RS256","use":"sig"},{"kty":"RSA","n)"
    R"(":"7KVRVCKyjSl0rq3pQxwpIxHcKgbAETXpfYNfnl2xMIH1tbQXl-tBUOLG-GlU4vn19I8UXXmo8WISrl9WCNZYKdxZvrmluqLaAJp05qcwmMs)"
    R"(M9ylyVME_ISnikJRAqTFVsb3CymOcflGbRlG8OA2plM1CZVYJbGa5Ow1exXSzcVM4jnfnPhtQUFI3UrqbzVeCLqm__vKjShZ5RmRpcFHTccvF-)"
    R"(sUHK_a9g_CLLOZ2rGtiUWYm_lxHTwcbpPEEN1ko9tK4dhnC2hehrBUJXpLSIlposcS3WBdoUNf7Jx4rCUT9eaJrJgWoTJPXHjM8XJTcEQ3Nt5d)"
    R"(Op5WwEgO-582oAw","e":"AQAB","kid":"k-rs384","alg":"RS384","use":"sig"},{"kty":"RSA","n":"7KVRVCKyjSl0rq3pQxwpI)"
    R"(xHcKgbAETXpfYNfnl2xMIH1tbQXl-tBUOLG-GlU4vn19I8UXXmo8WISrl9WCNZYKdxZvrmluqLaAJp05qcwmMsM9ylyVME_ISnikJRAqTFVsb3)"
    R"(CymOcflGbRlG8OA2plM1CZVYJbGa5Ow1exXSzcVM4jnfnPhtQUFI3UrqbzVeCLqm__vKjShZ5RmRpcFHTccvF-sUHK_a9g_CLLOZ2rGtiUWYm_)"
    R"(lxHTwcbpPEEN1ko9tK4dhnC2hehrBUJXpLSIlposcS3WBdoUNf7Jx4rCUT9eaJrJgWoTJPXHjM8XJTcEQ3Nt5dOp5WwEgO-582oAw","e":"AQ)"
    R"(AB","kid":"k-rs512","alg":"RS512","use":"sig"},{"kty":"RSA","n":"7KVRVCKyjSl0rq3pQxwpIxHcKgbAETXpfYNfnl2xMIH1t)"
    R"(bQXl-tBUOLG-GlU4vn19I8UXXmo8WISrl9WCNZYKdxZvrmluqLaAJp05qcwmMsM9ylyVME_ISnikJRAqTFVsb3CymOcflGbRlG8OA2plM1CZVY)"
    R"(JbGa5Ow1exXSzcVM4jnfnPhtQUFI3UrqbzVeCLqm__vKjShZ5RmRpcFHTccvF-sUHK_a9g_CLLOZ2rGtiUWYm_lxHTwcbpPEEN1ko9tK4dhnC2)"
    R"(hehrBUJXpLSIlposcS3WBdoUNf7Jx4rCUT9eaJrJgWoTJPXHjM8XJTcEQ3Nt5dOp5WwEgO-582oAw","e":"AQAB","kid":"k-ps256","alg)"
    R"(":"PS256","use":"sig"},{"kty":"RSA","n":"7KVRVCKyjSl0rq3pQxwpIxHcKgbAETXpfYNfnl2xMIH1tbQXl-tBUOLG-GlU4vn19I8UX)"
    R"(Xmo8WISrl9WCNZYKdxZvrmluqLaAJp05qcwmMsM9ylyVME_ISnikJRAqTFVsb3CymOcflGbRlG8OA2plM1CZVYJbGa5Ow1exXSzcVM4jnfnPht)"
    R"(QUFI3UrqbzVeCLqm__vKjShZ5RmRpcFHTccvF-sUHK_a9g_CLLOZ2rGtiUWYm_lxHTwcbpPEEN1ko9tK4dhnC2hehrBUJXpLSIlposcS3WBdoU)"
    R"(Nf7Jx4rCUT9eaJrJgWoTJPXHjM8XJTcEQ3Nt5dOp5WwEgO-582oAw","e":"AQAB","kid":"k-ps384","alg":"PS384","use":"sig"},{)"
    R"("kty":"RSA","n":"7KVRVCKyjSl0rq3pQxwpIxHcKgbAETXpfYNfnl2xMIH1tbQXl-tBUOLG-GlU4vn19I8UXXmo8WISrl9WCNZYKdxZvrmlu)"
    R"(qLaAJp05qcwmMsM9ylyVME_ISnikJRAqTFVsb3CymOcflGbRlG8OA2plM1CZVYJbGa5Ow1exXSzcVM4jnfnPhtQUFI3UrqbzVeCLqm__vKjShZ)"
    R"(5RmRpcFHTccvF-sUHK_a9g_CLLOZ2rGtiUWYm_lxHTwcbpPEEN1ko9tK4dhnC2hehrBUJXpLSIlposcS3WBdoUNf7Jx4rCUT9eaJrJgWoTJPXH)"
    R"(jM8XJTcEQ3Nt5dOp5WwEgO-582oAw","e":"AQAB","kid":"k-ps512","alg":"PS512","use":"sig"},{"kty":"EC","crv":"P-256")"
    R"(,"x":"H5VHlIJpg00kEpwhgECwS3JzqXSB2FxSTibmBvCp774","y":"2ivy1B6XjNQ5hWXCGwX-quGgovH3bAX5O9x_v3Vylgs","kid":"k-)"
    R"(es256","alg":"ES256","use":"sig"},{"kty":"EC","crv":"P-384","x":"EgrtHMpjMXO2nbYKPyhKFABxnw-CuXPy0Z6WpEQoTU7gB)"
    R"(M6aIWccc9xHjjWZaaMd","y":"DC_liRze3oNrk_thgBfbfix0OlSxgsxD2llwQ8PYdEUda45fx36gaXZ6CBn1byEb","kid":"k-es384","a)"
    R"(lg":"ES384","use":"sig"},{"kty":"EC","crv":"P-521","x":"AIKQyH_k2ICKWkb4L7G6UMtHv-sd0ok8rGD5D_0vTCEcOZKm_hWusU)"
    R"(rU7lCeqc-fcyuLdWqrRnIM3qutT6lkaYPd","y":"AaagsYAldCPjBonCNLbA0thPV5a5unmvzB6wIME2RcEP0hpOLKiJl8bkF6mBViKGOpAPa)"
    R"(uoz9hwts5CO8wIfPmzg","kid":"k-es512","alg":"ES512","use":"sig"},{"x":"u3IOPTcRqtoabyfoMuuoFKyBtZCbIEFxTzpBYSn5)"
    R"(adE","kty":"OKP","crv":"Ed25519","kid":"k-eddsa","alg":"EdDSA","use":"sig"}]})";

struct Emitted {
  const char* by;
  const char* algorithm;
  const char* token;
};
constexpr Emitted kEmitted[] = {
    {"PyJWT",
     "RS256",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImstcnMyNTYiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.6ULK2mqGO3GjoGtRx4xAth0ZUPlMmzYRhK9bk3Icn"
     "vTByQaKG_7XNg7VfPmNh_sZApBNCiDpM5qP_yqNcJmjU6BWi4Y4UiBpkq5wCWBAcUK0Y6lPg3SBhwjHgzaNVBiv5NiEEf30euhUY872aKfB9Ec"
     "ZrTo7gBOiqdUjomvmHB30g4ngWFYFSxxAiAwSbjXQEaBw2udtF2wIHOza1yFv9-EhBbXfQ98emmcXPl2eka7WAgNBv7FleuftoY3FzCvv_-zTu"
     "4nwroWn6i-J-Dl_asNOEqDg2WPU_FLOWqX2r9ljr0iTXqFcCYbYsGbAlq93k88521P1ZGAZoPOEArzOHA"},
    {"PyJWT",
     "RS384",
     "eyJhbGciOiJSUzM4NCIsImtpZCI6ImstcnMzODQiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.I97FPZuDQrNh3WmGUoPyNhx0nmQ6M4R9OhrujHyNw"
     "rP_LFOl2NxJ0bk2aR6WhaWDX0rj4Xtek-veTpMjMA6Igz_Ljr_pXeeXQPIp42YUt-Vr--Ix4ubjW0SrG1ccXXgrifJqOemDJI7aUkKQb_lJ2DO"
     "iSaC4WpZ0DXQU-SpRvlQGzTzKoQZLWyKKjVC2Wit4qLQaXcTjBcJVfOtMbwc3JwqNSkgTfhPSu1WLECmiLnBDSsTTsNsbgUBKG9ZT99ywif5T1"
     "1VoLoUWC7M7bLC2kSuxIFF9DSJLoiP2I2l2f33ayRu09eL-OtKTBmt7ZHYZDnEYceFAicUQ97R9Ore2rw"},
    {"PyJWT",
     "RS512",
     "eyJhbGciOiJSUzUxMiIsImtpZCI6ImstcnM1MTIiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.kTwB92B6Nh5n6wqCqVOvCdjQMFbzz9FSf4VdA3OnH"
     "TYRPbD-EO0AGEyEFUCT_91dhViW4qtdn0oB1wLUZK1v7Cenxlz69MYPB_WVqgS14hx7fUVm1-g_RoTzltoXHTnAb-aOlW5VVswvsGsa0TlcR4s"
     "5dOLG3Shi9tb4PenEPNwa85gi7F5z_MUl1RG4vJT1qzuJQSw17M3AWfkEIs8p5E8FYjJZ0TlRIKt0zudSZtytHBINiPUoJIAEYZVBq0m3wksLC"
     "S1N41xdMnxl7OgfC52gHNC9iyyPxEIpM5ueOPDQudtKmEsMVSaRcm7Zey86IA1D012ZrlPJGr858bFfiw"},
    {"PyJWT",
     "PS256",
     "eyJhbGciOiJQUzI1NiIsImtpZCI6ImstcHMyNTYiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.eVySrfZB1bYeQrLpFcAfrIH8dotKO3dyiY5Sq1pfW"
     "wWU6JMdEaHiVyUX-V9Ncg8J1W4hdT0dDjIla4gavuaLaeSivET5dzMDV_lljGxGi4NtL3LxdnSxEzZwQcpuwxKuVLenRL5EdrGhThuXk3MLb81"
     "mR9COzH9kc_znqdnTZxNtfBZUJV68HgAR1XOn7fO4tU6ye9uu8lVadhMF1NhAG1BpPS0fJw_lOFh3tf4x_2_kNuquZcnAwh94_53xDMJhxNh7k"
     "rVYjZnujsLESPT5ezayJMUGv-78OQCuJNIaXYgF-7uEbxmxJ5MeFtfZV_0ve6i69ykQ7YTub5S2a4qbBA"},
    {"PyJWT",
     "PS384",
     "eyJhbGciOiJQUzM4NCIsImtpZCI6ImstcHMzODQiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.CePUQvZYphJAZhZjowMkW6lGOhRFAD-YPUlJJq5wv"
     "4NbWqUMnBbeSoNtNmI_UA0NwwI8TDfEJZFZ2oTEKMR1QwAHZgkrp-Lafr3oUORb43GJBA6rBnZU659Y62SOYJmE9sZJBB1xl5cZkf4fTWJVzxC"
     "kKmt4dmv0bZBFwZPBlz0DZbY8-gtS7Vxy1VipNuhBVOZs3SIB6SmQ6843WCJiKHRagshsBuXY-ipDCq2m1QnlbavVU71-gaDSt9ZaZygzzDE4E"
     "x3JrQJHMeVdQikpjDv6HdZac1tg3S2S2d2vVzBt0PhKlScLRq3iJB3MngHiOZ_LzZ05bIPnJYern6Q1jQ"},
    {"PyJWT",
     "PS512",
     "eyJhbGciOiJQUzUxMiIsImtpZCI6ImstcHM1MTIiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.egvJESb0oyxaxrNbtyzPyTCkK0m-ABTAWSECaBrPp"
     "auGEUTfcnOqYe4KnPO2ecolPHvb7IcNzdBagS9ImE_kZjFfN-ws2ZnvYdmFlNFptj11ofiLXwuOQwL9aK76rAqlhW3oyEw5zj4yir9eV4chyIT"
     "Xx3VYgYl3ogkDJDgbAfBsN_4jifMWm6wlX2GhS5-EamfsVT2eiH66iRriBs8Mr_ca4A8aSD3LC1F02o7ASOKP3ak8DQ0fE6mH-yYpKgoD4g0Ou"
     "doU6ZoiU2Rg8E62S-Y7LWTczqX4bjwg5IWu1zYPBAaOyY-NVv0dBC8pzkSap2g6eutj6uqIsr1qGd7gCw"},
    {"PyJWT",
     "ES256",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6ImstZXMyNTYiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.C86SvmTkVuREcycShcWw9sVxtuV-NEHG0ZW1HtYdl"
     "KQGl_AHwkF60XxMZQz6466CkTPJ9iAub3sGHx_mtDO7ng"},
    {"PyJWT",
     "ES384",
     "eyJhbGciOiJFUzM4NCIsImtpZCI6ImstZXMzODQiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.LE91AFt9xNf01CLp_eadmtwCRYmC-EREv0_wEwWfZ"
     "man38Z6QOWlMQA4a7bAT2Wt1gvBufYAJBXd5anowqrIrUzh7HXnZqcu0E0qW3HMlQFDY6xxFwl61L1m5Q50v4tc"},
    {"PyJWT",
     "ES512",
     "eyJhbGciOiJFUzUxMiIsImtpZCI6ImstZXM1MTIiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.Af3HO97NjP7z_hJ_Y22TkuRbywo_tJSotHzdyskau"
     "UFeh43OTeTo1P2fvtsfFYmsTA2HBcBn8Kqpu819UQGnf2o7AEhPHQ4XreTcpXSIGmrzH8Ru4pVq3Ln1ucdfCPRL5U2EERQ4bV3GRlqHRN8yh2P"
     "OjBeVyoHfWh8PmOliPJYDhR3a"},
    {"PyJWT",
     "EdDSA",
     "eyJhbGciOiJFZERTQSIsImtpZCI6ImstZWRkc2EiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODA"
     "wMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIn0.Kkz3_0Mnoorsq4_96d6oT1d1CVrHL6aADfRB6aKT5"
     "5OflLu9U2zyCA_yoOqdys-rvMI9gMn5oBTh321Va1PyCw"},
    {"jose",
     "RS256",
     "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.v-C_5rtg71ZZQu2OKS5Ozz1i4moakC1iMURy9RR3mrEBNE5xwRmyEhoPNNqbmNpCO1AnNjgG1K8epn_"
     "1FlnNEbji191N0pC-Tn6XSM3XROReMv-YtSvNBMfqxgWqbSJxrQ3M9OYKVHon-2L861ZQ-nS0Bd6_KjQ9ZmJUECcQT1mzf6Fj9FfQp7ZDY7gTN"
     "6KyN2u7kV4DsZLzX7RAzy9LY2EJl17Pe0D3AzljkvNLBEtJiuNvvxkInXjEf3iKfQLHALAawXhyCngxml-JCYmus4_6S8FyGkEnMvJb6kkobnS"
     "QMhBS1dNq9rdW7hNLH3d0AM3TfH7kekPOEjxq-vF6rQ"},
    {"jose",
     "RS384",
     "eyJhbGciOiJSUzM4NCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.uzeP-Tq5iD0MWc-t7kqqZmQkA2nVLh8wDsxZ5dAiBvfv-H8jLRs2NCakJ9yzgno7vfyU03MNUXACAf0"
     "vXAFPFJgm0rOyVzE_wIVadTAY3yz66euvLEvTIEfX9QDaItSexWEeOmt79n42MmW7I8yJBojTXB5OqkAnLpfI44KYv7rPu9HZns-DfyyHWXPj7"
     "xAp8SsmXtgpry5Y1yA2Bbgj4YSIugpOXdqwz9einp6lJ9JUlzkBkQdLy2JUfa7j8CPPLJ3w3NomezZBkYLTlc74FXQuYLBrSWYk-iJ7SDwyX35"
     "QCzvlREsw7lBfqvncL3Rx8ZJjhrOG-M-itJM_91vbZw"},
    {"jose",
     "RS512",
     "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.NdNKx4o1a4PEtk9YdrXkv1AHnV7jlhrnVlI8Upgfk-aCnvXIL7tKQe9r1oIZoFWBIzIxKSE93sioDhe"
     "IxF_APChd1-biLDbZ3NvTmF_tTTH4OxQZep_wWUQaiP6kuhF6vcLaTDCdYLBPblzgWEIOPl7U2Ps2z1bS7PlX7aBwiaL7c24zrLQGyTbXAm6pS"
     "3HrFEKcNBNsfE1-LT8SsSeazUVB5Ix3rFSN0oExedK3IlL5CY3ebv0Hb6FpvNrRG5_cn7M_9vTRHErVEHrlbTtXikdTE2VWenIOsHXOUwyjKAA"
     "LWzdo3HNbtsMC6I7pQYEOxnDjmluV1ecxJ-jqmDPVOw"},
    {"jose",
     "PS256",
     "eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.1apH2bt6-Xypyd7JngQvLEjY95Bw1iP0WDmiVHKYY3MUjKBuJ4FxKfNKlst8DS6ECm74qo9tPjEvJ9w"
     "-tlmc_BHfJ5IxY37XR-de3_bUZqXjuwBu4mBmaIGKYcVe_6PLxcsBKAp9E-uw_Z-IjAaJrdRl6LCJSKWceO6gWGHiu9jMb0tI-iqVsbaAAwTa9"
     "mvPRedN6rph-_1QpoI4dTDpswhFO95rcVsO7UIk5lS6L4UtVX8wIMLPNHUtYyPAm7RHmeux1B1DEoaNVu3nSbSHiQmyH94u22x-7Ew_2q0twIU"
     "gjcRiPJeIEo9hcH2YHPVp9dii0LQQKWTa8PwMHP6K8w"},
    {"jose",
     "PS384",
     "eyJhbGciOiJQUzM4NCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.UPXDvMgpAAjK_rxJ-fgcOhTvnZEzsZkiONpD3HiroZFY2DVQmVAA67FLYFGE6_UpPbXPEERlmGQzBUp"
     "gx2j1AkTbLpfB5r2g2y7I_n9A4V6JZ7dY5vg2YdYBiIB5sfFnJCAbfV7GQQK8HTEQvt-dGH6pUmD1G-HZVu70WTtYiiuUCFS5g732N_jNIGH3x"
     "1JWuOcQ4-6NfZmiT2e-qS739Zjnrso0V4NrwxmkEGczB1l5b-rEun8AMfylXiLKtYLIba9VOrSiGfAtVy870DsWH6vSGJPnIMteLauMaAn-LiG"
     "FnsmA5YcE7ztJzlPujthqzuirizAWD7mjHPoxha4i7g"},
    {"jose",
     "PS512",
     "eyJhbGciOiJQUzUxMiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.Iy3qIm8ELo4P5ntfQkh_Iqb7Xu37HoIcHQWTXs77TQe3eSNU_JRVDe3ao8fzkCvLlpyXy4T0jbYLfw-"
     "PnltROek7Z0YQiiAIp2s9kCMZQwrPb3F1nMiyWdch9_TRolOZq-nYD4BoSnKDxLY9uhXRrnOJvbf-BgbQLR67El4hXGo6mEzpsjoaEbyI0MRBJ"
     "gD-kE2Rqhc9FlUHLoYjFEc3r5KB0hGH5WqMB9aCdZS2L2ACXtO3sa5es90eBhW2XKOcOlntC_2E18qYHCwyowimKS0ehuHS7EMEI2HuYwzbhoy"
     "bMKWRE_FMRbQvWhHUW3lxacW78tI6-DV5JynqtdwolA"},
    {"jose",
     "ES256",
     "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.7oCFUhMn6GfmSYHBrYUpdPTpTmZ7vzVT0xBUr-vCLYSro23zxIYhtURja6SUlUrkgviRSy5DusOF4Ai"
     "LaKELYA"},
    {"jose",
     "ES384",
     "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.lll9uWH3ZebcPhTxeXDy7QujZ70CIqnSl9_RuTjdd0ALix-FiOpuc_AqcCzLxRwAqJChMGV1M14sdZ1"
     "XDVCRvn6YgaTrDDt3FLK20OyLGv-DrLAtBnFO70pV0AwjO1hU"},
    {"jose",
     "ES512",
     "eyJhbGciOiJFUzUxMiJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.AYtJ4ZZRLqyrf0YyLRXXoAdAlRHq4_h98TLwGtP-jZRnBn_HzJ-zKL7Bu93_FkSytQSpVSZZ70wfXTh"
     "2e1vJvvlbAKqQx8onNAM3-fVE_UK0iGETRXPL-uAx-y_4FBzENvVSeF46fBMqxkX_ZqxyQGgjTQ1aFTGShAAmc2vL8ive7m0d"},
    {"jose",
     "EdDSA",
     "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc5OTk5OTk5MCwiZXhwIjoxODAwMDAwMTAwLCJhdWQiOlsic2hvcCJdLCJpc3MiO"
     "iJodHRwczovL2lkLmV4YW1wbGUvIn0.GzXUX8PSCHmp2_OIxpcQQiEdKU82k8hj0PGf1wncZWbXwRvOtObx37la4ZP6uNQ9RJEFf5GuBG22Oc0"
     "U8OOfAw"},
    {"Nimbus",
     "RS256",
     "eyJraWQiOiJrLXJzMjU2IiwidHlwIjoiYXQrand0IiwiYWxnIjoiUlMyNTYifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.LWoGpjmVDjhI76cYkWlcxQN2WpO7BdTfz_-o6G7R"
     "BKLogbgslo-HndsUdqa65LAxSP1590yUMekFDcrKQg5tsdd0LpC4PXv4AXX92qa0DcSEq_MtkL0CX8Rx7a_NEI2dA0PXpB90k1xJ5P3jzTWgIH"
     "CFlV_RCvkFiOOaWDRMSoh8wDA9tsEeCk7uFeJ66XQA_AQnrT2J7zSsXMq5KZTdAjJBc2poptG0Akh70I5AtxaMxhYHY5CG7eXLsj9W5lRmEjnh"
     "BKDK4P8LGoZJPPHep2DG5pmCMCJo7Fe3yZvKjJZX_K_hlF6OF5V8ks8V4kJNdL96AjHxKGNJIIritpxCmw"},
    {"Nimbus",
     "RS384",
     "eyJraWQiOiJrLXJzMzg0IiwidHlwIjoiYXQrand0IiwiYWxnIjoiUlMzODQifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.Pv91HOrSFVlxqnYBz62-HsL5-YKGoRGGUhnMNMvy"
     "ldBsguiotUl-4dm2-h6Thf3fqgo0ax4Pguj_yD4bC3adf3OfUOfnkfgcfHhYrVt-Gx9ZvAEEA5yUZTKZ6FoNYZSFXbLVo59fJDEdqgZwFgAax4"
     "Th02E7SgNUSxISYc9QmVjNlyzCF1BSwqEjiN4ErqIIAxOyRV-275JUMSCK8L4FIq1GhePzxt7LwggHNPbfrCwHTsrcuzBmoJ4qy5Vkgflgjg97"
     "jqL4c9PTGFLDNhJkuNVXXwcbuHcuvFX2CE6SIXMIfJbdoJfrwSFijaNIRNI8bnfnkniv35KhONsFtHY_Pw"},
    {"Nimbus",
     "RS512",
     "eyJraWQiOiJrLXJzNTEyIiwidHlwIjoiYXQrand0IiwiYWxnIjoiUlM1MTIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.2ZnIuk9Io7z6xIdhsFJ4jatsBile-5zBYkMGmEHG"
     "aI1UeODKDxiRb7tzeMjBZTe_7BnSIzMRGDViyrdCwg1Ax8cos0M62wLlOI912IkLVUor8jhPkTDu2g_izhVEkDLZ8euT6_pb0-oG9OQYtA1mZW"
     "cnw9sbGF6Rlqi-FClwSGffWfkvuubz7HMo7tyxd2wO3nEWempAL0YpCIgteukiV7dFBuKf9B9iH6iUQuuCFI-2ng4lZL8v6ZVwbd8LNJPDNDKN"
     "FDQ1ZkqpLwuJy1UtLnjOJZ1hSWaZwFzjtHdlqrfS4dOWIm7cv0TuppwPbZFLvOpOI8AwUrrAlYHyskL8UA"},
    {"Nimbus",
     "PS256",
     "eyJraWQiOiJrLXBzMjU2IiwidHlwIjoiYXQrand0IiwiYWxnIjoiUFMyNTYifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.Ru6_tqXF1RM4fqk1oQVgw_wrDq7FzqjnFgwECJ0h"
     "B7hLOGZ-GC8tbNI4J1gQMyxrpX0BSx1fQXzzdFXwetGR4_V19AgrIm5Mlky2Y0LKRQELN1IuK1UQN0jUDRMjJNf4Be2wE2Z1E_vpOFCgAukLrI"
     "GUU22A7T5NCECFc181wgsCO-7A49GLFaF9-qyzfKXIey_kS9Crlp0Ob-K7bsz5EGbwWYRCso6Y7Ns4Ucy7rvM1D0sB4-nl2GL7JIW3RyvpmAi1"
     "LTukhrGotKGSqdO8bjp1xCwG38Yq2qrAteVpkUo_wPw8-p6FuJspk79xrwg8rsKqR9BNPYqHIUfpxJuTVw"},
    {"Nimbus",
     "PS384",
     "eyJraWQiOiJrLXBzMzg0IiwidHlwIjoiYXQrand0IiwiYWxnIjoiUFMzODQifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.N2-wHb5wGJyzNvVcBEpBL1asV2b8XMYSDHYt1Mce"
     "1HnbP9IhJVwk1y1xdwXqdxeIrBtfaPE_du_AU60sBlxjafJBa4ykywo4cp_xUXgbxNLv74UW1BuONYRUTbVWNeF22xHt-2uGACwDQRRfpy4Q2F"
     "lbC1DKifc_3A2eLV84K8HtBfeeW29mVt4wF52zY8ZwzHuzy1cHSchyTFXPx7jeBYefb-tK51JRCoS8Uq_S0lSPSh7McDqFqjNrBnH22w6dvdiL"
     "-HX0NuE9sI3Ajp0RnN2XL1SHt7bpRVip0wGhvTTjcbMDWMcemIlp-iGrsN2kA3jflEFINmuVJhCN_zRNsg"},
    {"Nimbus",
     "PS512",
     "eyJraWQiOiJrLXBzNTEyIiwidHlwIjoiYXQrand0IiwiYWxnIjoiUFM1MTIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.ntwWm9jJ_Z7x-P1coumuAMfAKPp1OfFtbSBNTgAm"
     "jalMOA6_TR-U0lCTRet8PyFVk0wIkgybyxvxlSLn_fVJNEBEP0aXn6Bc0d6l7iVgb3WZY-u5SYzta-UffE7qhlBU-umruazCiSE2S7ogKFkeJy"
     "pZjeidCKoBM6Vuu_1Y9QyUeiqgjAaV9WGa4E88WJr7cVgu1bIuyuzVoaNrh9natdfB-ZJ74_rarqoes1cedGZs-toy6RMwPaWeQXU6tTq71KDF"
     "ZGfi-NFcqIqG0aN1j9GKuFNPhU5R06s3FJThO8FgExKz1DEbLOZzSL_XFYYMsi-dGbTBsoEUoEceEuexHQ"},
    {"Nimbus",
     "ES256",
     "eyJraWQiOiJrLWVzMjU2IiwidHlwIjoiYXQrand0IiwiYWxnIjoiRVMyNTYifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.TSraJtAHtYj8kQpv1wLLzcmeNqUU9_e736Q0SD8y"
     "VDx3MLd4r4fJQKAU65Bm38nuCO3-YXdH8J62tmc3X_he_w"},
    {"Nimbus",
     "ES384",
     "eyJraWQiOiJrLWVzMzg0IiwidHlwIjoiYXQrand0IiwiYWxnIjoiRVMzODQifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.68yvdw4DEENR8IWJDH6dd_L5cbq8-MuRfz501QTh"
     "0H0wDFRUDiaOwdALYQqwjMde4O_DlzZl9ADIKL8cr0BvYquQPBnBoTgJU7SdewVDQVcFK6yTob1owPAPFI_rxpMv"},
    {"Nimbus",
     "ES512",
     "eyJraWQiOiJrLWVzNTEyIiwidHlwIjoiYXQrand0IiwiYWxnIjoiRVM1MTIifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.AHgiNOqYW-rjBU8KnGvDB-q4vst71mH5RT_OXBNq"
     "DK3x91dxrvuJUjydiAsxQDeX2oWzvXm788jhFWds7wyAb-oWAUFZYMuRPIki8TLS_RlxNR1YGJJfZfvVtlYkYGidXj9x1o-Xpdwvf-A_LGjx_f"
     "GJSXfj34PsgJxZzJCBNDFg-kNF"},
    {"Nimbus",
     "EdDSA",
     "eyJraWQiOiJrLWVkZHNhIiwidHlwIjoiYXQrand0IiwiYWxnIjoiRWREU0EifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwic3ViIjo"
     "iNDIiLCJhdWQiOiJzaG9wIiwiZXhwIjoxODAwMDAwMTAwLCJpYXQiOjE3OTk5OTk5OTB9.pwB0x7auy2uQcwcjfAVdya507EKgBfseruNKFfhI"
     "LIbbdZywwShTDihdE3azUg8kWvyqBDmNqpxTqUrf_Yg_Bg"},
};

TEST(JwtOfOtherLibraries, IsVerifiedByTheirKeySet) {
  const JwtVerifier verifier({.issuer = "https://id.example/", .audiences = {"shop"}}, KeySet::of_json(kKeySet));
  const TimePoint now{std::chrono::seconds{1'800'000'000}};
  for (const Emitted& emitted : kEmitted) {
    const auto bearer = verifier.verify(emitted.token, now);
    ASSERT_TRUE(bearer.has_value()) << emitted.by << " " << emitted.algorithm << ": " << bearer.error().refusal.detail;
    EXPECT_EQ(bearer->user, UserId{42}) << emitted.by;
    std::string cut = emitted.token;
    cut.erase(cut.size() - 8, 4);
    const auto refused = verifier.verify(cut, now);
    ASSERT_FALSE(refused.has_value()) << emitted.by << " " << emitted.algorithm;
    EXPECT_EQ(refused.error().fault, JwtVerifier::Fault::forged);
  }
}

// Each key verifies with its own algorithm only, though six of them are one RSA key.
TEST(JwtOfOtherLibraries, IsRefusedWhereItsAlgorithmIsNotAllowed) {
  for (int i = static_cast<int>(JwtAlgorithm::rs256); i <= static_cast<int>(JwtAlgorithm::eddsa); ++i) {
    const JwtAlgorithm allowed[] = {static_cast<JwtAlgorithm>(i)};
    const JwtVerifier verifier({}, KeySet::of_json(kKeySet, allowed));
    for (const Emitted& emitted : kEmitted) {
      const bool is_accepted = verifier.verify(emitted.token, TimePoint{std::chrono::seconds{1'800'000'000}}).has_value();
      EXPECT_EQ(is_accepted, emitted.algorithm == name_of(allowed[0])) << emitted.algorithm << " with " << name_of(allowed[0]);
    }
  }
}

}  // namespace
}  // namespace frontrow::http
