// The files the server carries inside itself, over HTTP: the pages, the API page and the API description.
#include <mutex>

#include "api/assets/embedded_assets.hpp"
#include "api/routes.hpp"
#include "http/conditional.hpp"
#include "http/gunzip.hpp"

namespace frontrow::http {

namespace {

// Our own pages bring nothing inline, and their scripts cannot turn text into HTML. Their one policy lets one address through: that
// of the worker that keeps time while the page is hidden (web/pages/src/base/background_timer.ts).
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types frontrow-timer";
constexpr std::string_view kSwaggerPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";  // Swagger UI sets inline styles, never inline scripts

constexpr std::string_view kDescription = "/docs/openapi.yml";
constexpr std::string_view kBuyersDescription = "/docs/openapi-buyers.yml";  // embedded under this name

constexpr std::string_view kForever = "public, max-age=31536000, immutable";

std::string_view bytes_of(const Asset& asset) {
  return {reinterpret_cast<const char*>(asset.gzipped.data()), asset.gzipped.size()};
}

// One file in both forms; the plain one is made when first asked for.
class Page {
 public:
  explicit Page(const Asset& asset)
      : asset_(asset),
        is_hashed_(asset.path.starts_with("/assets/")),
        policy_(asset.path.starts_with("/swagger-ui") ? kSwaggerPolicy : kPolicy),
        gzipped_(one_part(std::string(bytes_of(asset)))) {}

  Response respond(const Request& request) {
    Response response{.content_type = asset_.content_type, .cache_control = is_hashed_ ? kForever : "no-cache"};
    response.add_header("ETag", asset_.etag);
    response.add_header("Vary", "Accept-Encoding");
    response.status = status_under(conditions_of(request), asset_.etag);
    if (response.status != 200) return response;
    response.add_header("Content-Security-Policy", policy_);
    response.add_header("Referrer-Policy", "no-referrer");
    response.add_header("Cross-Origin-Opener-Policy", "same-origin");
    response.add_header("Cross-Origin-Resource-Policy", "same-origin");
    response.add_header("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
    if (request.accepts_gzip()) {
      response.add_header("Content-Encoding", "gzip");
      response.parts = gzipped_;
    } else {
      std::call_once(inflated_once_, [this] { inflated_ = one_part(gunzip(bytes_of(asset_))); });
      response.parts = inflated_;
    }
    return response;
  }

 private:
  const Asset& asset_;
  const bool is_hashed_;  // its name changes with its content
  const std::string_view policy_;
  const SharedParts gzipped_;
  std::once_flag inflated_once_;
  SharedParts inflated_;
};

// The pages that one kind of people opens; all they load is for both. There are two API descriptions under one path: that of
// the buyers has nothing about the operators' routes.
Audience audience_of(std::string_view path) {
  if (path == "/" || path == kBuyersDescription) return Audience::buyers;
  return path == "/admin" || path == kDescription ? Audience::operators : Audience::both;
}

}  // namespace

void add_page_routes(Routes& routes) {
  for (const Asset& asset : embedded_assets()) {
    const auto show = [page = std::make_shared<Page>(asset)](RequestReader& in) {
      return [&in, &page] { return page->respond(in.request); };
    };
    Route& route = routes.add("GET", asset.path == kBuyersDescription ? kDescription : asset.path, Needs::none, show);
    route.has_etag = true;
    route.audience = audience_of(asset.path);
  }
}

std::vector<Route> without_description(std::vector<Route> table) {
  std::erase_if(table, [](const Route& route) {
    return route.pattern.starts_with("/swagger-ui") || (route.pattern == kDescription && route.audience == Audience::operators);
  });
  return table;
}

}  // namespace frontrow::http
