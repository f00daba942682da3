/* UDP, ICMP and raw sockets. */
#include "selftest.h"
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

static struct sockaddr_in address_of(int fd)
{
    return local(port_of(fd));
}

static ssize_t send_from(int fd, const void *bytes, size_t length, const struct sockaddr_in *to)
{
    return sendto(fd, bytes, length, 0, (const struct sockaddr *)to, sizeof *to);
}

static void addresses_go_along(void)
{
    int a = datagram_socket(), b = datagram_socket();
    struct sockaddr_in to = address_of(b), from;
    socklen_t length = sizeof from;
    char got[32];
    EXPECT(send_from(a, "hello", 5, &to) == 5);
    EXPECT(recvfrom(b, got, sizeof got, 0, (struct sockaddr *)&from, &length) == 5 && memcmp(got, "hello", 5) == 0);
    EXPECT(length == sizeof from && ntohs(from.sin_port) == port_of(a) && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    EXPECT(send_from(b, "back", 4, &from) == 4 && recv(a, got, sizeof got, 0) == 4);
    struct sockaddr_in peer;
    length = sizeof peer;
    EXPECT_ERROR(getpeername(a, (struct sockaddr *)&peer, &length), ENOTCONN);
    EXPECT_ERROR(send(a, "x", 1, 0), EDESTADDRREQ);
    EXPECT_ERROR(listen(a, 1), EOPNOTSUPP);
    EXPECT_ERROR(accept(a, NULL, NULL), EOPNOTSUPP);
}

static void connected_to_one(void)
{
    int a = socket(AF_INET, SOCK_DGRAM, 0), b = datagram_socket(), stranger = datagram_socket();
    struct sockaddr_in to_a = local(dead_port()), to_b = address_of(b), peer;
    EXPECT(bind(a, (struct sockaddr *)&to_a, sizeof to_a) == 0);    /* a port that was asked for outlives the association */
    EXPECT(connect(a, (struct sockaddr *)&to_b, sizeof to_b) == 0);
    socklen_t length = sizeof peer;
    EXPECT(getpeername(a, (struct sockaddr *)&peer, &length) == 0 && peer.sin_port == to_b.sin_port);
    char got[32];
    EXPECT(send(a, "one", 3, 0) == 3 && write(a, "two", 3) == 3);
    EXPECT(read(b, got, sizeof got) == 3 && memcmp(got, "one", 3) == 0);
    EXPECT(recv(b, got, sizeof got, 0) == 3 && memcmp(got, "two", 3) == 0);
    EXPECT(send_from(stranger, "spam", 4, &to_a) == 4);
    EXPECT(send_from(b, "wanted", 6, &to_a) == 6);
    EXPECT(recv(a, got, sizeof got, 0) == 6 && memcmp(got, "wanted", 6) == 0);
    EXPECT_ERROR(recv(a, got, sizeof got, MSG_DONTWAIT), EAGAIN);

    struct sockaddr_in to_stranger = address_of(stranger);
    EXPECT(connect(a, (struct sockaddr *)&to_stranger, sizeof to_stranger) == 0);
    EXPECT(send(a, "x", 1, 0) == 1 && recv(stranger, got, sizeof got, 0) == 1);
    struct sockaddr none = { .sa_family = AF_UNSPEC };
    EXPECT(connect(a, &none, sizeof none) == 0);
    length = sizeof peer;
    EXPECT_ERROR(getpeername(a, (struct sockaddr *)&peer, &length), ENOTCONN);
    EXPECT(send_from(b, "any", 3, &to_a) == 3 && recv(a, got, sizeof got, 0) == 3);
}

static void nobody_there(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = local(port_of(datagram_socket()));
    to.sin_port = htons((uint16_t)(dead_port()));
    EXPECT(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    EXPECT(send(fd, "x", 1, 0) == 1);
    wait_for(fd, POLLIN);
    char got[8];
    EXPECT_ERROR(recv(fd, got, sizeof got, 0), ECONNREFUSED);
    EXPECT_ERROR(recv(fd, got, sizeof got, MSG_DONTWAIT), EAGAIN);
    struct sockaddr_in nowhere = local(9);
    nowhere.sin_addr.s_addr = inet_addr("198.51.100.1");
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&nowhere, sizeof nowhere), ENETUNREACH);
}

static void boundaries_are_kept(void)
{
    int a = datagram_socket(), b = datagram_socket();
    struct sockaddr_in to = address_of(b);
    char got[8];
    int count;
    EXPECT(send_from(a, "", 0, &to) == 0);      /* an empty one is one, too */
    EXPECT(send_from(a, "0123456789", 10, &to) == 10 && send_from(a, "next", 4, &to) == 4);
    wait_for(b, POLLIN);
    EXPECT(recv(b, got, sizeof got, 0) == 0);
    wait_for(b, POLLIN);
    EXPECT(ioctl(b, FIONREAD, &count) == 0 && count == 10);
    EXPECT(recv(b, got, 4, MSG_PEEK) == 4 && memcmp(got, "0123", 4) == 0);
    EXPECT(recv(b, got, 4, MSG_PEEK | MSG_TRUNC) == 10);
    struct iovec part = { got, 4 };
    struct sockaddr_in from;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_name = &from, .msg_namelen = sizeof from };
    EXPECT(recvmsg(b, &message, 0) == 4 && (message.msg_flags & MSG_TRUNC) != 0);
    EXPECT(message.msg_namelen == sizeof from && ntohs(from.sin_port) == port_of(a));
    EXPECT(recv(b, got, sizeof got, 0) == 4 && memcmp(got, "next", 4) == 0);
    EXPECT(ioctl(b, FIONREAD, &count) == 0 && count == 0);
}

static void large_ones(void)
{
    enum { LARGEST = 65507 };
    static uint8_t bytes[LARGEST + 1], got[LARGEST + 1];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 >> 3);
    int a = datagram_socket(), b = datagram_socket();
    struct sockaddr_in to = address_of(b);
    EXPECT_ERROR(send_from(a, bytes, LARGEST + 1, &to), EMSGSIZE);
    size_t lengths[] = { 1, 1472, 1473, 33000, LARGEST };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        EXPECT(send_from(a, bytes, lengths[i], &to) == (ssize_t)lengths[i]);
        wait_for(b, POLLIN);
        EXPECT(recv(b, got, sizeof got, 0) == (ssize_t)lengths[i] && memcmp(got, bytes, lengths[i]) == 0);
    }
}

static void scattered_and_with_control_data(void)
{
    int a = datagram_socket(), b = datagram_socket(), on = 1, ttl = 33;
    EXPECT(setsockopt(b, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) == 0);
    EXPECT(setsockopt(b, IPPROTO_IP, IP_RECVTTL, &on, sizeof on) == 0);
    EXPECT(setsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on) == 0);
    EXPECT(setsockopt(a, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) == 0);
    struct sockaddr_in to = address_of(b), from;
    struct iovec parts[] = { { "in two", 6 }, { " parts", 6 } };
    struct msghdr out = { .msg_iov = parts, .msg_iovlen = 2, .msg_name = &to, .msg_namelen = sizeof to };
    EXPECT(sendmsg(a, &out, 0) == 12);
    char first[5], second[32];
    struct iovec rooms[] = { { first, sizeof first }, { second, sizeof second } };
    _Alignas(struct cmsghdr) char control[256];
    struct msghdr in = { .msg_iov = rooms, .msg_iovlen = 2, .msg_name = &from, .msg_namelen = sizeof from, .msg_control = control, .msg_controllen = sizeof control };
    EXPECT(recvmsg(b, &in, 0) == 12 && memcmp(first, "in tw", 5) == 0 && memcmp(second, "o parts", 7) == 0);
    EXPECT(ntohs(from.sin_port) == port_of(a) && (in.msg_flags & MSG_CTRUNC) == 0);
    bool has_information = false, has_ttl = false, has_time = false;
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(&in); entry != NULL; entry = CMSG_NXTHDR(&in, entry)) {
        if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo information;
            memcpy(&information, CMSG_DATA(entry), sizeof information);
            has_information = information.ipi_addr.s_addr == htonl(INADDR_LOOPBACK) && information.ipi_ifindex > 0;
        } else if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_TTL) {
            int value;
            memcpy(&value, CMSG_DATA(entry), sizeof value);
            has_ttl = value == ttl;
        } else if (entry->cmsg_level == SOL_SOCKET && entry->cmsg_type == SO_TIMESTAMP) {
            struct timeval stamp, now;
            memcpy(&stamp, CMSG_DATA(entry), sizeof stamp);
            gettimeofday(&now, NULL);
            has_time = stamp.tv_sec <= now.tv_sec && stamp.tv_sec > now.tv_sec - 10;
        }
    }
    EXPECT(has_information);
    EXPECT(has_ttl);
    EXPECT(has_time);
}

static void several_at_once(void)
{
    enum { MANY = 8 };
    int a = datagram_socket(), b = datagram_socket();
    struct sockaddr_in to = address_of(b);
    struct mmsghdr messages[MANY] = { 0 };
    struct iovec parts[MANY];
    char bytes[MANY][4];
    for (int i = 0; i < MANY; i++) {
        snprintf(bytes[i], sizeof bytes[i], "n%d", i);
        parts[i] = (struct iovec){ bytes[i], 2 };
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1, .msg_name = &to, .msg_namelen = sizeof to };
    }
    EXPECT(sendmmsg(a, messages, MANY, 0) == MANY && messages[3].msg_len == 2);
    usleep(100000);
    struct sockaddr_in from[MANY];
    memset(bytes, 0, sizeof bytes);
    for (int i = 0; i < MANY; i++)
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1, .msg_name = &from[i], .msg_namelen = sizeof from[i] };
    EXPECT(recvmmsg(b, messages, MANY, MSG_WAITFORONE, NULL) == MANY);
    EXPECT(memcmp(bytes[5], "n5", 2) == 0 && ntohs(from[5].sin_port) == port_of(a));
}

static void waiting_and_shutting(void)
{
    int a = datagram_socket(), b = datagram_socket();
    struct timeval limit = { 0, 100000 };
    EXPECT(setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    char got[8];
    EXPECT_ERROR(recv(b, got, sizeof got, 0), EAGAIN);
    struct pollfd entry = { .fd = b, .events = POLLIN };
    EXPECT(poll(&entry, 1, 0) == 0);
    struct sockaddr_in to = address_of(b);
    EXPECT(send_from(a, "x", 1, &to) == 1 && wait_for(b, POLLIN) == POLLIN && wait_for(a, POLLOUT) == POLLOUT);
    EXPECT_ERROR(shutdown(a, SHUT_WR), ENOTCONN);
    EXPECT(connect(a, (struct sockaddr *)&to, sizeof to) == 0 && shutdown(a, SHUT_WR) == 0);
    EXPECT_ERROR(send(a, "x", 1, MSG_NOSIGNAL), EPIPE);
}

static void a_port_for_one(void)
{
    int a = datagram_socket(), b = socket(AF_INET, SOCK_DGRAM, 0), c = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    struct sockaddr_in taken = address_of(a);
    EXPECT_ERROR(bind(b, (struct sockaddr *)&taken, sizeof taken), EADDRINUSE);
    struct sockaddr_in any = local(0);
    EXPECT(setsockopt(b, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 && setsockopt(c, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0);
    EXPECT(bind(b, (struct sockaddr *)&any, sizeof any) == 0);
    struct sockaddr_in shared = address_of(b);
    EXPECT(bind(c, (struct sockaddr *)&shared, sizeof shared) == 0);
    EXPECT(send_from(a, "x", 1, &shared) == 1);
    struct pollfd entries[] = { { .fd = b, .events = POLLIN }, { .fd = c, .events = POLLIN } };
    usleep(50000);
    EXPECT(poll(entries, 2, 1000) == 1);    /* one of them, not both */
}

static uint16_t internet_checksum(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

static void echo_by_a_raw_socket(void)
{
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (fd < 0 && errno == EPERM)
        skipped("raw sockets need root");
    EXPECT(fd >= 0);
    struct icmphdr echo = { .type = ICMP_ECHO, .un.echo = { .id = htons(4711), .sequence = htons(1) } };
    echo.checksum = internet_checksum(&echo, sizeof echo);
    struct sockaddr_in to = local(0);
    EXPECT(send_from(fd, &echo, sizeof echo, &to) == sizeof echo);
    uint8_t got[256];
    for (;;) {
        ssize_t received = recv(fd, got, sizeof got, 0);
        struct iphdr ip;
        EXPECT(received >= (ssize_t)(sizeof ip + sizeof echo));
        memcpy(&ip, got, sizeof ip);
        EXPECT(ip.version == 4 && ip.protocol == IPPROTO_ICMP && ip.saddr == htonl(INADDR_LOOPBACK) && ntohs(ip.tot_len) == received);
        memcpy(&echo, got + ip.ihl * 4, sizeof echo);
        if (echo.type == ICMP_ECHOREPLY)
            break;
        EXPECT(echo.type == ICMP_ECHO);
    }
    EXPECT(echo.un.echo.id == htons(4711));
}

static void echo_by_a_datagram_socket(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    EXPECT(fd >= 0);
    struct icmphdr echo = { .type = ICMP_ECHO, .un.echo.sequence = htons(7) };
    struct sockaddr_in to = local(0);
    EXPECT(send_from(fd, &echo, sizeof echo, &to) == sizeof echo);
    EXPECT(recv(fd, &echo, sizeof echo, 0) == sizeof echo && echo.type == ICMP_ECHOREPLY && echo.un.echo.sequence == htons(7));
}

static void to_everybody_only_if_allowed(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    struct sockaddr_in all = local(9);
    all.sin_addr.s_addr = inet_addr("10.1.0.255");
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&all, sizeof all), EACCES);
    EXPECT(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) == 0);
    EXPECT(send_from(fd, "x", 1, &all) == 1);
    usleep(50000);
    EXPECT(socket_error(fd) == 0);
}

static void receive_from_a_group(void)
{
    int a = datagram_socket(), b = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in any = { .sin_family = AF_INET };
    EXPECT(bind(b, (struct sockaddr *)&any, sizeof any) == 0);
    struct ip_mreq group = { .imr_multiaddr.s_addr = inet_addr("239.1.2.3"), .imr_interface.s_addr = htonl(INADDR_LOOPBACK) };
    EXPECT(setsockopt(b, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) == 0);
    EXPECT_ERROR(setsockopt(b, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), EADDRINUSE);
    EXPECT(setsockopt(a, IPPROTO_IP, IP_MULTICAST_IF, &group.imr_interface, sizeof group.imr_interface) == 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port_of(b)), .sin_addr = group.imr_multiaddr };
    EXPECT(send_from(a, "all of you", 10, &to) == 10);
    char got[16];
    EXPECT(recv(b, got, sizeof got, 0) == 10);
    EXPECT(setsockopt(b, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group) == 0);
    EXPECT_ERROR(setsockopt(b, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group), EADDRNOTAVAIL);
}

const struct test datagram_tests[] = {
    { "addresses go along", addresses_go_along },
    { "connected to one", connected_to_one },
    { "nobody there", nobody_there },
    { "boundaries are kept", boundaries_are_kept },
    { "large ones", large_ones },
    { "scattered, and with control data", scattered_and_with_control_data },
    { "sendmmsg and recvmmsg", several_at_once },
    { "waiting and shutting", waiting_and_shutting },
    { "a port for one, or for several", a_port_for_one },
    { "echo by a raw socket", echo_by_a_raw_socket },
    { "echo by a datagram socket", echo_by_a_datagram_socket },
    { "broadcast only if allowed", to_everybody_only_if_allowed },
    { "multicast", receive_from_a_group },
    { 0 },
};
