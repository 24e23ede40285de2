"""A long, lossy line between two network namespaces, in user space: it needs no kernel module but TUN.

    python3 wan.py LEFT RIGHT

makes both namespaces, each with a TUN device `wan0` (LEFT is 10.77.0.1, RIGHT 10.77.0.2), and carries the
packets between them. It prints `ready`, then reads lines from its standard input, such as

    delayMs=45 lossShare=0.01 isDown=0

(each way: 45 ms make a round trip of 90) and answers each with `ok`. When the input ends, however that comes
about, it ends what still runs in the two namespaces and deletes them. `skipped WHY` instead of `ready`: this
machine does not allow it. Needs root and /dev/net/tun.
"""
import contextlib
import ctypes
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

LEFT_ADDRESS, RIGHT_ADDRESS = "10.77.0.1", "10.77.0.2"
CLONE_NEWNET, TUNSETIFF, IFF_TUN_NO_PI = 0x40000000, 0x400454CA, 0x1001
CONGESTION_CONTROL = "/proc/sys/net/ipv4/tcp_congestion_control"  # the namespace's, of whoever opens it
READ_AT_ONCE = 64
DUE_SOON_S = 0.0002  # sooner than the system's timers can tell
libc = ctypes.CDLL(None, use_errno=True)


def ip(*args):
    return subprocess.run(("ip", *args), check=True, capture_output=True, text=True).stdout


def enter(namespace):
    """Moves this process into a network namespace: what it opens from then on is in there."""
    if libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def calm_tcp():
    """What most clients' systems use, or the like of it: some servers' default paces even small requests."""
    for name in ("cubic", "reno"):
        with contextlib.suppress(OSError), open(CONGESTION_CONTROL, "w") as setting:
            setting.write(name)
            return


def open_tun(name, address, peer):
    """A TUN device inside a namespace: every packet that is sent there is read here."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    there = os.open(f"/run/netns/{name}", os.O_RDONLY | os.O_CLOEXEC)
    enter(there)
    try:
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH14x", b"wan0", IFF_TUN_NO_PI))
        ip("addr", "add", address, "peer", peer, "dev", "wan0")
        ip("link", "set", "wan0", "up", "txqueuelen", "2000")
        ip("link", "set", "lo", "up")
        calm_tcp()
        return device
    finally:
        enter(home)
        os.close(there)
        os.close(home)


class Wan:
    """The packets under way, in the order in which they are due. A direction keeps its order."""

    def __init__(self, left, right):
        self.other = {left: right, right: left}
        self.last_due = {left: 0.0, right: 0.0}
        self.settings = {"delayMs": 0.0, "lossShare": 0.0, "isDown": 0.0}
        self.queue = []
        self.count = 0

    def wait_s(self):
        return max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else None

    def take(self, device):
        """Reads what was sent; each packet is lost or given its time."""
        for _ in range(READ_AT_ONCE):
            try:
                packet = os.read(device, 65536)
            except BlockingIOError:
                return
            if self.settings["isDown"] or random.random() < self.settings["lossShare"]:
                continue
            due = max(time.monotonic() + self.settings["delayMs"] / 1e3, self.last_due[device])
            self.last_due[device] = due
            self.count += 1
            heapq.heappush(self.queue, (due, self.count, self.other[device], packet))

    def deliver(self):
        while self.queue and self.queue[0][0] <= time.monotonic() + DUE_SOON_S:
            _, _, device, packet = heapq.heappop(self.queue)
            try:
                os.write(device, packet)
            except OSError:
                pass  # lost at the far end, as on a real line

    def set(self, line):
        for word in line.split():
            key, value = word.split("=")
            self.settings[key] = float(value)


def run(wan):
    """Carries packets and heeds the standard input, until that ends."""
    waiting = ""
    while True:
        ready, _, _ = select.select([0, *wan.other], [], [], wan.wait_s())
        for source in ready:
            if source != 0:
                wan.take(source)
                continue
            read = os.read(0, 65536)
            if not read:
                return
            *lines, waiting = (waiting + read.decode()).split("\n")
            for line in lines:
                wan.set(line)
                print("ok", flush=True)
        wan.deliver()


def remove(name):
    for pid in ip("netns", "pids", name).split():
        os.kill(int(pid), signal.SIGKILL)
    ip("netns", "del", name)


def open_line(left, right, made):
    """Notes in `made` what is there already when it fails."""
    for name in (left, right):
        ip("netns", "add", name)
        made.append(name)
    return Wan(
        open_tun(left, LEFT_ADDRESS, RIGHT_ADDRESS),
        open_tun(right, RIGHT_ADDRESS, LEFT_ADDRESS),
    )


def main(left, right):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of the input says it
    made = []
    try:
        try:
            wan = open_line(left, right, made)
        except subprocess.CalledProcessError as error:
            print("skipped", error.stderr.strip(), flush=True)
            return
        except OSError as error:
            print("skipped", error, flush=True)
            return
        with contextlib.suppress(OSError):
            os.nice(-10)  # the line's times shall be the line's, not those of a busy machine
        print("ready", flush=True)
        run(wan)
    finally:
        for name in made:
            remove(name)


main(*sys.argv[1:])
