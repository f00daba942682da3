// The floor: the least code that can be one end of the measured traffic on a TAP device. No loss recovery, no timers, one connection, no checks: what a full
// stack does beside this is what it costs.
//   floor DEVICE ADDRESS 0|1       1: checksums and segmentation are left to the host
// TCP 5001 sink, 5002 source, 7 echo; UDP 9 counts, 19 generates, 7 echoes (see load.c).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SINK = 5001, SOURCE = 5002, ECHO_PORT = 7, COUNT = 9, GENERATE = 19, MSS = 1460, LARGE = 44 * MSS, HEADERS = 54 };

struct packet {
    struct virtio_net_hdr offload;
    struct ether_header link;
    struct iphdr ip;
    union {
        struct { struct tcphdr tcp; unsigned char data[66000]; };
        struct { struct udphdr udp; unsigned char datagram[66000]; };
    };
} __attribute__((packed));

static const unsigned char our_mac[6] = {2, 0, 0, 0, 0, 9};
static int device, offloads, skip;
static in_addr_t our_address;
static struct packet in, out;
static unsigned char zeros[LARGE];

// The one connection.
static struct { unsigned next, acknowledged, expected, window; int scale, port; struct packet peer; } tcp;
static unsigned long counted;
static double generate_until;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static unsigned sum(const void *p, int n, unsigned s) {
    const unsigned short *w = p;
    unsigned long long total = s;
    for (; n > 1; n -= 2)
        total += *w++;
    if (n)
        total += *(const unsigned char *)w;
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return (unsigned)total;
}

static void address_to(const struct packet *peer, int protocol, int length) {
    memcpy(out.link.ether_dhost, peer->link.ether_shost, 6);
    memcpy(out.link.ether_shost, our_mac, 6);
    out.link.ether_type = htons(ETHERTYPE_IP);
    out.ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = protocol, .saddr = our_address, .daddr = peer->ip.saddr, .frag_off = htons(IP_DF),
                            .tot_len = htons(20 + length)};
    out.ip.check = ~sum(&out.ip, 20, 0);
}

// Sums the pseudo-header, and all the rest where the host isn't to do it.
static unsigned short checksum(int protocol, int header, const void *data, int length, int field) {
    unsigned pseudo = sum(&out.ip.saddr, 8, htons(protocol) + htons(header + length));
    out.offload = (struct virtio_net_hdr){0};
    if (!offloads)
        return ~sum(data, length, sum(&out.tcp, header, pseudo));
    out.offload = (struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = field};
    return pseudo;
}

static void transmit(int header, const void *data, int length) {
    struct iovec v[2] = {{(char *)&out + skip, 10 - skip + 34 + header}, {(void *)data, length}};
    if (writev(device, v, 2) < 0 && errno != EAGAIN)
        perror("writev");
}

static void send_tcp(int flags, const void *data, int length) {
    int options = flags & TH_SYN ? 8 : 0;
    address_to(&tcp.peer, IPPROTO_TCP, 20 + options + length);
    out.tcp = (struct tcphdr){.source = tcp.peer.tcp.dest, .dest = tcp.peer.tcp.source, .seq = htonl(tcp.next), .ack_seq = htonl(tcp.expected),
                              .doff = 5 + options / 4, .window = htons(65535)};
    out.tcp.th_flags = flags;
    if (options)
        memcpy(out.data, (unsigned char[]){TCPOPT_MAXSEG, 4, MSS >> 8, MSS & 255, TCPOPT_NOP, TCPOPT_WINDOW, 3, 10}, 8);
    out.tcp.check = 0;
    out.tcp.check = checksum(IPPROTO_TCP, 20 + options, data, length, 16);
    if (length > MSS) {
        out.offload.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
        out.offload.gso_size = MSS;
        out.offload.hdr_len = HEADERS;
    }
    transmit(20 + options, data, length);
    tcp.next += length + (flags & (TH_SYN | TH_FIN) ? 1 : 0);
}

static void send_udp(const struct packet *to, const void *data, int length) {
    address_to(to, IPPROTO_UDP, 8 + length);
    out.udp = (struct udphdr){.source = to->udp.dest, .dest = to->udp.source, .len = htons(8 + length)};
    out.udp.check = checksum(IPPROTO_UDP, 8, data, length, 6);
    transmit(8, data, length);
}

static void open_connection(void) {
    memcpy(&tcp.peer, &in, 10 + HEADERS);
    tcp.port = ntohs(in.tcp.dest);
    tcp.scale = 0;
    const unsigned char *o = in.data, *end = o + in.tcp.doff * 4 - 20;
    while (o < end && *o != TCPOPT_EOL) {
        if (*o == TCPOPT_WINDOW)
            tcp.scale = o[2];
        o += *o == TCPOPT_NOP ? 1 : o[1];
    }
    tcp.expected = ntohl(in.tcp.seq) + 1;
    tcp.next = 1000;
    tcp.window = 0;
    send_tcp(TH_SYN | TH_ACK, 0, 0);
    tcp.acknowledged = tcp.next;
}

static void receive_tcp(void) {
    if (in.tcp.th_flags & TH_SYN) {
        open_connection();
        return;
    }
    if (in.tcp.source != tcp.peer.tcp.source || in.tcp.dest != tcp.peer.tcp.dest)
        return;
    int header = in.tcp.doff * 4, length = ntohs(in.ip.tot_len) - 20 - header;
    tcp.acknowledged = ntohl(in.tcp.ack_seq);
    tcp.window = (unsigned)ntohs(in.tcp.window) << tcp.scale;
    if (in.tcp.th_flags & TH_RST)
        tcp.port = 0;
    if (length > 0 && ntohl(in.tcp.seq) == tcp.expected) {
        tcp.expected += length;
        if (tcp.port == ECHO_PORT)
            send_tcp(TH_ACK | TH_PUSH, in.data + header - 20, length);
        else
            send_tcp(TH_ACK, 0, 0);
    }
    if (in.tcp.th_flags & TH_FIN && tcp.port) {
        tcp.expected++;
        send_tcp(TH_ACK | TH_FIN, 0, 0);
        tcp.port = 0;
    }
}

static void receive_udp(void) {
    static struct packet reader;
    int length = ntohs(in.udp.len) - 8, port = ntohs(in.udp.dest);
    if (port == ECHO_PORT) {
        send_udp(&in, in.datagram, length);
    } else if (port == COUNT && length != 1) {
        counted++;
    } else if (port == COUNT) {
        send_udp(&in, &counted, sizeof counted);
    } else if (port == GENERATE && length == sizeof(double)) {
        double how_long;
        memcpy(&how_long, in.datagram, sizeof how_long);
        memcpy(&reader, &in, 10 + 42);
        generate_until = now() + how_long;
        for (int i = 0; now() < generate_until; i++)
            send_udp(&reader, zeros, 64);
    }
}

static void receive_arp(void) {
    struct ether_arp a, answer;
    memcpy(&a, &in.ip, sizeof a);
    if (a.ea_hdr.ar_op != htons(ARPOP_REQUEST) || memcmp(a.arp_tpa, &our_address, 4))
        return;
    answer = a;
    answer.ea_hdr.ar_op = htons(ARPOP_REPLY);
    memcpy(answer.arp_sha, our_mac, 6);
    memcpy(answer.arp_spa, a.arp_tpa, 4);
    memcpy(answer.arp_tha, a.arp_sha, 10);
    memcpy(in.link.ether_dhost, in.link.ether_shost, 6);
    memcpy(in.link.ether_shost, our_mac, 6);
    memcpy(&in.ip, &answer, sizeof answer);
    in.offload = (struct virtio_net_hdr){0};
    if (write(device, (char *)&in + skip, 10 - skip + 42) < 0)
        perror("write");
}

static void fill_window(void) {
    int size = offloads ? LARGE : MSS;
    if (tcp.port == SOURCE && (int)(tcp.acknowledged + tcp.window - tcp.next) >= size)
        send_tcp(TH_ACK, zeros, size);
}

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    offloads = atoi(argv[3]);
    skip = offloads ? 0 : 10;
    our_address = inet_addr(argv[2]);
    device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | (offloads ? IFF_VNET_HDR : 0)};
    strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
    if (device < 0 || ioctl(device, TUNSETIFF, &request) || (offloads && ioctl(device, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4))) {
        perror("/dev/net/tun");
        return 1;
    }
    puts("serving");
    fflush(stdout);
    for (;;) {
        if (read(device, (char *)&in + skip, sizeof in - skip) < 0) {
            struct pollfd p = {device, POLLIN, 0};
            if (tcp.port == SOURCE && (int)(tcp.acknowledged + tcp.window - tcp.next) >= (offloads ? LARGE : MSS))
                fill_window();
            else
                poll(&p, 1, -1);
        } else if (in.link.ether_type == htons(ETHERTYPE_ARP)) {
            receive_arp();
        } else if (in.link.ether_type == htons(ETHERTYPE_IP) && in.ip.daddr == our_address) {
            if (in.ip.protocol == IPPROTO_TCP)
                receive_tcp(), fill_window();
            else if (in.ip.protocol == IPPROTO_UDP)
                receive_udp();
        }
    }
}
