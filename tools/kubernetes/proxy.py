"""The Services of a cluster on this machine, as a kube-proxy makes them: each new connection goes to one of the endpoints that are ready. A
Service's address 10.96.x.y is 127.96.x.y here."""

import asyncio
import contextlib
import random
import threading

from nodes import loopback


class Proxy:
    def __init__(self, api, nodes):
        self.api, self.nodes = api, nodes
        self.endpoints, self.listening = {}, {}
        self.loop = asyncio.new_event_loop()

    def start(self):
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        for path, on_object in (("/apis/discovery.k8s.io/v1/endpointslices", self._on_slice), ("/api/v1/services", self._on_service)):
            threading.Thread(target=self.api.follow, args=(path, on_object, self.nodes.stopped), daemon=True).start()
        return self

    def _on_slice(self, change, one):
        if change == "LIST":  # the beginning of a watch: what was missed is gone
            self.endpoints.clear()
            return
        service = (one["metadata"]["namespace"], one["metadata"]["labels"].get("kubernetes.io/service-name"))
        ready = [each["addresses"][0] for each in one.get("endpoints") or [] if each.get("conditions", {}).get("ready")]
        ports = {each["name"]: each["port"] for each in one.get("ports") or []}
        slices = self.endpoints.setdefault(service, {})
        slices[one["metadata"]["name"]] = [] if change == "DELETED" else [(address, ports) for address in ready]

    def _on_service(self, change, one):
        if change != "ADDED" or one["spec"].get("clusterIP", "None") == "None" or one["metadata"]["namespace"] in ("default", "kube-system"):
            return
        service = (one["metadata"]["namespace"], one["metadata"]["name"])
        for port in one["spec"]["ports"]:
            where = (loopback(one["spec"]["clusterIP"]), port["port"])
            if where not in self.listening:
                self.listening[where] = service
                asyncio.run_coroutine_threadsafe(self._listen(where, service, port["name"]), self.loop)

    async def _listen(self, where, service, port):
        async def serve(reader, writer):
            there = [(address, ports[port]) for slices in self.endpoints.get(service, {}).values() for address, ports in slices
                     if port in ports and self.nodes.is_real(address)]
            with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
                if there:
                    address, number = random.choice(there)
                    back_reader, back_writer = await asyncio.open_connection(loopback(address), number)
                    with contextlib.closing(back_writer):
                        forth = asyncio.create_task(pass_on(reader, back_writer))
                        await pass_on(back_reader, writer)  # a pod that has ended its side answers no more
                        forth.cancel()
        await asyncio.start_server(serve, *where)


async def pass_on(reader, writer):
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
