// A JSON document that becomes the body of a response.
#pragma once

#include "http/json_writer.hpp"
#include "http/response.hpp"

namespace frontrow::http {

class JsonBody : public JsonWriter {
 public:
  JsonBody() : JsonWriter(text_) {}
  JsonBody(const JsonBody&) = delete;

  // Once, when the document is complete.
  Response response(int status = 200) { return Response::json(std::move(text_), status); }

 private:
  std::string text_;
};

}  // namespace frontrow::http
